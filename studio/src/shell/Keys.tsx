import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../parts/Button.tsx';
import { screens } from '../screens/index.ts';
import { keys, keysShown } from './keys.ts';

/** The list of keys, on `?`. */
export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (keysShown.value) dialog.current?.showModal();
  }, [keysShown.value]);
  if (!keysShown.value) return null;
  const close = (): void => {
    keysShown.value = false;
  };
  return (
    <dialog class="keys" ref={dialog} onClose={close} aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl>
        {[...keys, ...screens.map(({ key, title }) => ({ written: `g ${key}`, does: title }))].map(
          ({ written, does }) => (
            <>
              <dt>
                <kbd>{written}</kbd>
              </dt>
              <dd>{does}</dd>
            </>
          ),
        )}
      </dl>
      <Button onClick={() => dialog.current?.close()} says="Closes the list. Key: escape.">
        Close
      </Button>
    </dialog>
  );
}
