import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { Problem } from '../parts/Problem.tsx';
import { isScreen, type Screen, screenOf } from '../screens/index.ts';
import { inspected } from '../state/inspector.ts';
import { followFocus } from '../state/says.ts';
import { transport } from '../state/transport.ts';
import { lesson, screen } from '../state/url.ts';
import { Footer } from './Footer.tsx';
import { Inspector } from './Inspector.tsx';
import { Keys } from './Keys.tsx';
import { followKeys } from './keys.ts';
import { Rail } from './Rail.tsx';
import { TopBar } from './TopBar.tsx';

interface Loaded {
  readonly id: string;
  readonly Content: ComponentType;
}

/** The frame of every screen. */
export function Shell() {
  const loaded = useSignal<Loaded | undefined>(undefined);
  const failed = useSignal<string | undefined>(undefined);
  const banner = useSignal<ComponentType | undefined>(undefined);
  const shown: Screen = screenOf(screen.value);

  useEffect(followFocus, []);
  useEffect(followKeys, []);
  useEffect(() => {
    let current = true;
    transport.value = undefined;
    document.title = `${shown.title} · Hillock studio`;
    shown.load().then(
      module => {
        if (!current) return;
        failed.value = undefined;
        loaded.value = { id: shown.id, Content: module.default };
      },
      (cause: unknown) => {
        if (current) failed.value = cause instanceof Error ? cause.message : String(cause);
      },
    );
    return () => {
      current = false;
    };
  }, [shown.id]);

  useEffect(() => {
    if (!lesson.value || banner.value) return;
    import('../screens/learn/Banner.tsx').then(module => {
      banner.value = module.default;
    });
  }, [lesson.value]);

  useEffect(() => {
    if (loaded.value && performance.getEntriesByName('screen').length === 0) performance.mark('screen');
  }, [loaded.value]);

  const Banner = banner.value;
  const Content = loaded.value?.id === shown.id ? loaded.value.Content : undefined;
  return (
    <div class={inspected.value ? 'shell inspecting' : 'shell'}>
      <a class="skip" href={location.hash} onClick={toMain}>
        Skip to the screen
      </a>
      <TopBar />
      <Rail shown={shown.id} />
      <main class="main" id="main" tabIndex={-1}>
        {lesson.value && Banner && <Banner />}
        <div class={`screen screen-${shown.id}`}>
          {!isScreen(screen.value) && (
            <Problem
              message={`There is no screen named ${screen.value.slice(0, 60)}: this is ${shown.title}`}
              hint="Choose one in the rail."
            />
          )}
          {failed.value && (
            <Problem message={`${shown.title} does not load: ${failed.value}`} hint="Reload the page." />
          )}
          {Content && <Content key={shown.id} />}
        </div>
      </main>
      <Footer />
      <Inspector />
      <Keys />
    </div>
  );
}

function toMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
