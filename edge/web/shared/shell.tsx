/** What the kiosk and the counter have in common around their screens. */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Refusal } from '../../core/ports.ts';
import { speechOf } from '../../core/views/comfort.ts';
import type { HelpView } from '../../core/views/help-calls.ts';
import type { CameraNotice, NoticeView, OutOfServiceView } from '../../core/views/views.ts';
import { comforts } from './comfort.tsx';
import { ago, duration, unbroken } from './format.ts';
import { zh } from './i18n/zh.ts';
import { Icon, Mark } from './icon.tsx';
import { language, pick, t } from './language.ts';
import { after, clockTime, nowMs } from './runtime.ts';
import type { Sender } from './session.ts';
import { voice } from './voice/use-voice.ts';

/** Help that nobody answered for this long shows the telephone number. */
const UNANSWERED_MS = 60_000;

/** Gives the page the panel's scale: one CSS rem becomes one centimetre of glass. */
export function useMillimetres(mmPerPx: number | undefined): void {
  useEffect(() => {
    if (mmPerPx) document.documentElement.style.setProperty('--mm', `${1 / mmPerPx}px`);
  }, [mmPerPx]);
}

/** What is said while the edge is gone: a font comes in pieces, and nobody serves them then. */
const WITHOUT_EDGE = [
  'app.reconnecting',
  'app.reconnecting_hint',
  'app.no_answer',
  'app.no_answer_next',
  'app.close',
] as const;

/** Fetches the glyphs of those words while the edge is there. */
export function loadWordsWithoutEdge(): void {
  const words = WITHOUT_EDGE.map((key) => zh[key]).join('');
  void document.fonts.load('1em "Noto Sans SC Variable"', words);
}

/** What the camera here is for, and what becomes of its pictures. */
export const cameraWords = ({ photoHours }: CameraNotice): string =>
  photoHours > 0 ? t('privacy.kept', { hours: photoHours }) : t('privacy.none');

export function Loading() {
  return (
    <main class="loading" aria-busy="true">
      <Mark />
      <p>{t('app.connecting')}</p>
    </main>
  );
}

export function Reconnecting() {
  return (
    <div class="reconnecting" role="status">
      {t('app.reconnecting')}
      <small>{t('app.reconnecting_hint')}</small>
    </div>
  );
}

/** Since when, by the clock and in its own words; of another day with the date. */
function Since({ wallMs }: { wallMs: number }) {
  const [day, time] = clockTime(wallMs).slice(0, -3).split(' ');
  const [today] = clockTime(nowMs.value).split(' ');
  const clock = day === today ? time : `${day} ${time}`;
  return (
    <p class="since">{t('ko.since', { clock: clock ?? '', ago: ago(wallMs, nowMs.value) })}</p>
  );
}

/** `children`: the call for a person; what became of it is said below. */
export function OutOfService<Command extends { kind: string }>(props: {
  closed: OutOfServiceView;
  sender: Sender<Command>;
  disabled: boolean;
  children: ComponentChildren;
}) {
  const { reason, next, sinceWallMs, phone } = props.closed;
  return (
    <div class="closed">
      <Icon name="warn" />
      <h1>{t('ko.title')}</h1>
      <p>{pick(reason)}</p>
      {sinceWallMs === undefined ? null : <Since wallMs={sinceWallMs} />}
      <p>
        <strong>{pick(next)}</strong>
      </p>
      {phone ? <p class="whole">{t('ko.phone', { tel: unbroken(phone) })}</p> : null}
      {props.children}
      <NoticeBar notice={undefined} sender={props.sender} disabled={props.disabled} />
    </div>
  );
}

/**
 * A question in front of what the shopper was at; the chips beside it can still be pressed. The
 * first child button should be the safe answer.
 */
export function Dialog(props: { label: string; children: ComponentChildren }) {
  return (
    <div class="overlay">
      <div class="dialog" role="dialog" aria-label={props.label}>
        {props.children}
      </div>
    </div>
  );
}

/** Where one stands in the line of those who called; nothing where that is not known. */
function Standing({ help: { ahead, minutes } }: { help: HelpView }) {
  if (ahead === undefined) return null;
  return (
    <p class="standing">
      <strong>{ahead > 0 ? t('kx.ahead', { n: ahead }) : t('kx.next')}</strong>
      {minutes === undefined ? null : <span class="whole">{t('kx.minutes', { n: minutes })}</span>}
    </p>
  );
}

export function HelpDialog(props: { help: HelpView; disabled: boolean; onCancel: () => void }) {
  const { help } = props;
  const waitedMs = nowMs.value - help.sinceWallMs;
  const unanswered = waitedMs > UNANSWERED_MS && !help.remote;
  const speaks = speechOf(comforts.value) !== 'silent';
  useEffect(() => {
    if (unanswered && speaks) voice.say(['kx.phone'], language.peek());
  }, [unanswered]);
  return (
    <Dialog label={t('k1.help')}>
      <Icon name="bell" />
      <h2>{t(help.remote ? 'kx.remote' : 'kx.called')}</h2>
      {help.remote ? null : <Standing help={help} />}
      <p class="waited whole">{t('kx.waited', { time: duration(waitedMs) })}</p>
      {unanswered ? <p>{t('kx.phone', { tel: unbroken(help.phone) })}</p> : null}
      <p class="kept">{t('kx.kept')}</p>
      <button type="button" class="button call" disabled={props.disabled} onClick={props.onCancel}>
        {t('kx.cancel')}
      </button>
    </Dialog>
  );
}

function RefusalBar({ refusal, onClose }: { refusal: Refusal; onClose: () => void }) {
  return (
    <div class="notice" data-level="error" role="alert">
      <Icon name="warn" />
      <p>
        {pick(refusal.message)}
        <small>{pick(refusal.next)}</small>
      </p>
      <button type="button" class="button" onClick={onClose}>
        {t('app.close')}
      </button>
    </div>
  );
}

/**
 * The one place where things are said: the latest refusal, else the latest notice. News leaves
 * when the edge says so; warnings and refusals wait for the reader.
 */
export function NoticeBar<Command extends { kind: string }>(props: {
  notice: NoticeView | undefined;
  sender: Sender<Command>;
  disabled: boolean;
  onUndo?: () => void;
}) {
  const { notice, sender } = props;
  const dismissed = useSignal(-1);
  const id = notice?.id ?? -1;
  const leavesAfterMs = notice?.leavesAfterMs;
  useEffect(() => {
    if (leavesAfterMs === undefined) return undefined;
    return after(leavesAfterMs, () => {
      dismissed.value = id;
    });
  }, [id, leavesAfterMs]);
  const refusal = sender.refusal.value;
  if (refusal) return <RefusalBar refusal={refusal} onClose={sender.dismiss} />;
  if (!notice || dismissed.value === notice.id) return null;
  const dismiss = () => {
    dismissed.value = notice.id;
  };
  return (
    <div class="notice" data-level={notice.level} role="status" key={notice.id}>
      <p>
        {pick(notice.text)}
        {notice.next ? <small>{pick(notice.next)}</small> : null}
      </p>
      {notice.undo && props.onUndo ? (
        <button type="button" class="button undo" disabled={props.disabled} onClick={props.onUndo}>
          <Icon name="undo" />
          {t('k1.undo')}
        </button>
      ) : (
        <button type="button" class="button" onClick={dismiss}>
          {t('app.close')}
        </button>
      )}
    </div>
  );
}

/** Runs `reset` whenever `idle` becomes true: one shopper's settings are not the next one's. */
export function useResetWhen(idle: () => boolean, reset: () => void): void {
  const wasIdle = useSignal(false);
  useSignalEffect(() => {
    const now = idle();
    if (now && !wasIdle.peek()) reset();
    wasIdle.value = now;
  });
}
