import { useEffect, useRef } from 'preact/hooks';
import { screens } from '../screens/index.ts';
import { says } from '../state/says.ts';
import { addressOf } from '../state/url.ts';

/** The way to every screen, as it was left. */
export function Rail({ shown }: { readonly shown: string }) {
  const host = useRef<HTMLElement>(null);
  useEffect(() => {
    host.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  return (
    <nav class="rail" aria-label="Screens" ref={host}>
      <ul>
        {screens.map(({ id, title, icon, says: purpose, key }) => (
          <li key={id}>
            <a
              href={addressOf(id)}
              aria-current={id === shown ? 'page' : undefined}
              {...says(`${purpose} Keys: g ${key}.`)}
            >
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d={icon} />
              </svg>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
