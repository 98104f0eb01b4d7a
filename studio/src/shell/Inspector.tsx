import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../parts/Button.tsx';
import { closeInspector, inspected } from '../state/inspector.ts';
import { screen } from '../state/url.ts';

/** The drawer on the right. */
export function Inspector() {
  const drawer = useRef<HTMLElement>(null);
  const what = inspected.value;
  const open = what !== undefined;
  useEffect(() => {
    if (open) drawer.current?.focus();
  }, [open]);
  useEffect(() => {
    inspected.value = undefined;
  }, [screen.value]);
  if (!what) return null;
  return (
    <aside class="drawer" ref={drawer} tabIndex={-1} aria-labelledby="drawer-title">
      <header>
        <h2 id="drawer-title">{what.title}</h2>
        <Button onClick={closeInspector} says="Closes the drawer. Key: escape.">
          Close
        </Button>
      </header>
      {what.content()}
    </aside>
  );
}
