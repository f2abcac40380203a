/** What stands around every room: the store's name, the menu, and who is signed in. */
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import type { StatusView } from '../../core/views/status-view.ts';
import { Icon, Mark } from '../shared/icon.tsx';
import { language, pick, speak, t } from '../shared/language.ts';
import { flipTheme, isDark } from '../shared/theme.ts';
import { alerts } from './alerts/store.ts';
import { TryAgain, Unseen } from './door.tsx';
import { FindAnything } from './find-anything.tsx';
import { leave, may, NO_ANSWER, personName } from './operator.ts';
import { linkTo, menu, type Room, type RoomProps, room, roomWords } from './rooms.ts';
import { Skeleton } from './skeleton.tsx';
import { SyncPill } from './sync-pill.tsx';

export { Skeleton } from './skeleton.tsx';

/** Rooms with a place of their own in a phone's bottom bar; the others stand behind "more". */
const ON_PHONE = 4;

export function Top({ status }: { status: StatusView }) {
  return (
    <header class="bar">
      <p class="store">
        <Mark />
        <span>
          {pick(status.storeName)}
          <small>{t('s.title')}</small>
        </span>
      </p>
      <SyncPill sync={status.sync} />
      <FindAnything status={status} />
      <button
        type="button"
        class="plain"
        aria-label={t(isDark.value ? 'a11y.theme_light' : 'a11y.theme_dark')}
        onClick={flipTheme}
      >
        <Icon name={isDark.value ? 'sun' : 'moon'} />
      </button>
      <button
        type="button"
        class="plain"
        lang={language.value === 'zh' ? 'en' : 'zh-CN'}
        aria-label={t('a11y.language')}
        onClick={() => speak(language.value === 'zh' ? 'en' : 'zh')}
      >
        <Icon name="language" />
        <span class="wide-only">{t('a11y.language')}</span>
      </button>
      <button
        type="button"
        class="plain"
        aria-label={t('d.leave')}
        title={personName.value}
        onClick={() => void leave()}
      >
        <Icon name="sign-out" />
        <span class="wide-only">{t('d.leave')}</span>
      </button>
    </header>
  );
}

interface LinkOptions {
  to: Room;
  /** Who or what waits there. */
  waiting: number;
  onGo?: () => void;
}

function Link({ to, waiting, onGo }: LinkOptions) {
  const here = room.value === to;
  return (
    <a href={linkTo(to.path)} aria-current={here ? 'page' : undefined} onClick={onGo}>
      <Icon name={to.icon} />
      <span>{t(to.label)}</span>
      {waiting > 0 ? <b class="count">{waiting}</b> : null}
    </a>
  );
}

export function Menu({ status: { screens } }: { status: StatusView }) {
  const open = useSignal(false);
  const rooms = menu.value;
  const close = () => {
    open.value = false;
  };
  const later = rooms.slice(ON_PHONE);
  const waiting: Record<string, number> = {
    alerts: alerts.value?.open.length ?? 0,
    assist: screens.filter(({ helpSinceWallMs, held }) => held || helpSinceWallMs !== undefined)
      .length,
  };
  const behind = later.reduce((sum, { path }) => sum + (waiting[path] ?? 0), 0);
  return (
    <nav class="menu" aria-label={t('n.menu')} data-open={open.value || null}>
      {rooms.map((each, at) => (
        <span key={each.path} class={at < ON_PHONE ? 'first' : 'later'}>
          <Link to={each} waiting={waiting[each.path] ?? 0} onGo={close} />
        </span>
      ))}
      {may('devices') ? (
        <span class={rooms.length < ON_PHONE ? 'first' : 'later'}>
          <a href="/diag/">
            <Icon name="cpu" />
            <span>{t('n.diag')}</span>
          </a>
        </span>
      ) : null}
      {later.length > 0 ? (
        <button
          type="button"
          class="more"
          aria-expanded={open.value}
          data-here={later.includes(room.value) || null}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          <Icon name={open.value ? 'down' : 'more'} />
          <span>{t(open.value ? 'n.less' : 'n.more')}</span>
          {behind > 0 && !open.value ? <b class="count">{behind}</b> : null}
        </button>
      ) : null}
    </nav>
  );
}

/** The room that the address names; its code is fetched on the first visit. */
export function RoomHere({ status }: { status: StatusView }) {
  const loaded = useSignal<{ of: Room; View: ComponentType<RoomProps> } | undefined>(undefined);
  const missing = useSignal<Room | undefined>(undefined);
  const wanted = room.value;
  useEffect(() => {
    let stays = true;
    missing.value = undefined;
    wanted.load().then(
      (View) => {
        if (stays) loaded.value = { of: wanted, View };
      },
      () => {
        if (stays) missing.value = wanted;
      },
    );
    return () => {
      stays = false;
    };
  }, [wanted]);
  // A module that did not come once is not asked for again before the page is.
  if (missing.value === wanted)
    return (
      <>
        <Unseen label={wanted.label} refusal={NO_ANSWER} />
        <TryAgain look={() => location.reload()} />
      </>
    );
  if (loaded.value?.of !== wanted) return <Skeleton />;
  const { View } = loaded.value;
  return <View status={status} words={roomWords.value} />;
}
