import type { Signal } from '@preact/signals';

/**
 * Takes files that are dropped or pasted anywhere on the page, unless something there took them; `over` is true while
 * something hangs over it. Answers how to stop.
 */
export function given(take: (what: DataTransfer) => void, over?: Signal<boolean>): () => void {
  const hangs = (value: boolean): void => {
    if (over) over.value = value;
  };
  const took = (event: Event, what: DataTransfer | null): void => {
    if (event.defaultPrevented || !what) return;
    event.preventDefault();
    take(what);
  };
  const listeners: Readonly<Record<string, (event: Event) => void>> = {
    dragover(event) {
      event.preventDefault();
      hangs(true);
    },
    dragleave: () => hangs(false),
    drop(event) {
      hangs(false);
      took(event, (event as DragEvent).dataTransfer);
    },
    paste(event) {
      const { clipboardData } = event as ClipboardEvent;
      if (clipboardData?.files.length) took(event, clipboardData);
    },
  };
  for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(listeners)) removeEventListener(name, listener);
  };
}
