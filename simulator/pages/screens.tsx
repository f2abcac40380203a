import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ScreenSeen } from '../hands-api.ts';
import { Heading, Say } from './words.tsx';

/** A page of the store in a frame of its own panel's size, made to fit the room there is. */
function Screen({ screen }: { screen: ScreenSeen }) {
  const room = useRef<HTMLDivElement>(null);
  const scale = useSignal(1);
  const { panel, title, url } = screen;
  useLayoutEffect(() => {
    const element = room.current;
    if (element === null || panel === undefined) return;
    const fit = () => {
      const { clientWidth, clientHeight } = element;
      scale.value = Math.min(clientWidth / panel.width, clientHeight / panel.height);
    };
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    return () => observer.disconnect();
  }, [panel?.width, panel?.height]);
  const size = panel
    ? {
        width: `${panel.width}px`,
        height: `${panel.height}px`,
        transform: `translateX(-50%) scale(${scale.value})`,
      }
    : undefined;
  return (
    <div class="room" ref={room} data-panel={panel !== undefined}>
      <iframe src={url} title={`${title.zh} ${title.en}`} {...(size ? { style: size } : {})} />
    </div>
  );
}

/** The store's own pages beside the hands, so that one person can do a whole sale. */
export function Screens({ screens }: { screens: ScreenSeen[] }) {
  const chosen = useSignal(0);
  // The operator's page lets nobody frame it: it opens in a tab of its own.
  const framed = screens.filter(({ panel }) => panel);
  const screen = framed[chosen.value] ?? framed[0];
  if (screen === undefined) return null;
  return (
    <section class="card screens" data-part="screens">
      <Heading icon="screen" zh="店里的屏幕" en="The store's screens" />
      <div class="tabs">
        {framed.map(({ title, url }, index) => (
          <button
            key={url}
            type="button"
            aria-pressed={screen.url === url}
            onClick={() => {
              chosen.value = index;
            }}
          >
            <Say {...title} />
          </button>
        ))}
        <a href={screen.url} target="_blank" rel="noreferrer">
          <i class="icon open" />
          <Say zh="单独打开" en="Open" />
        </a>
        {screens
          .filter(({ panel }) => !panel)
          .map(({ title, url }) => (
            <a key={url} href={url} target="_blank" rel="noreferrer">
              <i class="icon open" />
              <Say {...title} />
            </a>
          ))}
      </div>
      <Screen key={screen.url} screen={screen} />
    </section>
  );
}
