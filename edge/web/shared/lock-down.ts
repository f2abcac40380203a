/** The page's own share in keeping an unattended screen on its page; the rest is the browser's. */

/** Keys that leave the page, reload it, print it or open a tool. */
const ESCAPES = /^(?:F\d{1,2}|ContextMenu|Browser\w+|GoBack|GoHome|Print|PrintScreen)$/;
/** Back and forward of a mouse. */
const SIDE_BUTTONS = [3, 4];

/**
 * No menu by long press or key, nothing dragged, no zoom by wheel, no way off by keyboard or mouse.
 * Pinching is forbidden by `touch-action` in the panel's style.
 */
export function lockDown(): void {
  const stop = (event: Event) => event.preventDefault();
  for (const name of ['contextmenu', 'dragstart', 'gesturestart'])
    document.addEventListener(name, stop);
  const stopWhen = <E extends Event>(name: string, escapes: (event: E) => boolean) =>
    document.addEventListener(name, (event) => escapes(event as E) && event.preventDefault(), {
      capture: true,
      passive: false,
    });
  stopWhen<WheelEvent>('wheel', ({ ctrlKey }) => ctrlKey);
  stopWhen<KeyboardEvent>(
    'keydown',
    ({ key, ctrlKey, altKey, metaKey }) => ctrlKey || altKey || metaKey || ESCAPES.test(key),
  );
  for (const name of ['mousedown', 'mouseup', 'auxclick'])
    stopWhen<MouseEvent>(name, ({ button }) => SIDE_BUTTONS.includes(button));
  void stayAwake();
}

/** Keeps the glass lit where the browser may; a screen that cannot is lit by its own settings. */
async function stayAwake(): Promise<void> {
  if (!('wakeLock' in navigator)) return;
  const ask = () => navigator.wakeLock.request('screen').catch(() => undefined);
  document.addEventListener('visibilitychange', () => void ask());
  await ask();
}
