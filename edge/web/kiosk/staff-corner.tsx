/**
 * The staff corner: three seconds on the lower left of the glass ask for an account and its PIN.
 * There is nothing to see there, and whatever lies there is tapped as ever.
 */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Refusal } from '../../core/ports.ts';
import { LOCK_REASONS, LOCK_WORDS, type LockReason } from '../../core/sale/attendant.ts';
import { duration } from '../shared/format.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { after } from '../shared/runtime.ts';
import { Dialog } from '../shared/shell.tsx';
import { DigitPad } from './digit-pad.tsx';
import { deaf, staffSender } from './lane.ts';

const HOLD_MS = 3_000;
/** Of glass, from either edge. */
const CORNER_CM = 2.5;
/** Nobody is left standing before a half typed PIN. */
const FORGOTTEN_MS = 60_000;
const KEYS = [...'abcdefghijklmnopqrstuvwxyz1234567890-'];
/** As the accounts are. */
const [LONGEST_NAME, SHORTEST_PIN, LONGEST_PIN] = [32, 6, 12];

function inCorner({ clientX, clientY }: PointerEvent): boolean {
  const cmPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return clientX < CORNER_CM * cmPx && clientY > window.innerHeight - CORNER_CM * cmPx;
}

/** Calls `open` for a long press; the click that ends one is nobody else's. */
function useLongPress(open: () => void): void {
  useEffect(() => {
    let cancel = () => {};
    let held = false;
    const stop = () => cancel();
    const down = (event: PointerEvent) => {
      cancel();
      held = false;
      if (!event.isPrimary || !inCorner(event)) return;
      cancel = after(HOLD_MS, () => {
        held = true;
        open();
      });
    };
    const moved = (event: PointerEvent) => {
      if (!inCorner(event)) cancel();
    };
    const click = (event: MouseEvent) => {
      if (!held) return;
      held = false;
      event.preventDefault();
      event.stopPropagation();
    };
    const listening = new AbortController();
    const options = { capture: true, signal: listening.signal };
    document.addEventListener('pointerdown', down, options);
    document.addEventListener('pointermove', moved, options);
    document.addEventListener('pointerup', stop, options);
    document.addEventListener('pointercancel', stop, options);
    document.addEventListener('click', click, options);
    return () => {
      cancel();
      listening.abort();
    };
  }, []);
}

export function StaffCorner({ locked }: { locked: boolean }) {
  const open = useSignal(false);
  useLongPress(() => {
    open.value = true;
  });
  const close = () => {
    open.value = false;
  };
  return open.value ? <Staff locked={locked} onClose={close} /> : null;
}

/** What was refused, what to do, and how long that takes. */
function sentences({ message, next, detail }: Refusal): string {
  const seconds = Number(detail?.seconds ?? 0);
  const wait = seconds > 0 ? t('staff.wait', { time: duration(seconds * 1000) }) : pick(next);
  return `${pick(message)}${t('staff.stop')}${wait}`;
}

function Staff({ locked, onClose }: { locked: boolean; onClose: () => void }) {
  const step = useSignal<'name' | 'pin' | 'why'>('name');
  const id = useSignal('');
  const pin = useSignal('');
  const busy = useSignal(false);
  // Gone with the dialog, and with it what was sent.
  const staff = useMemo(staffSender, []);
  useEffect(() => after(FORGOTTEN_MS, onClose), [step.value, id.value, pin.value]);
  const act = async (asked: { kind: 'unlock' } | { kind: 'lock'; why: LockReason }) => {
    if (busy.value) return;
    busy.value = true;
    await staff.send({ ...asked, id: id.value, pin: pin.value });
    busy.value = false;
    if (!staff.refusal.value) return onClose();
    pin.value = '';
    step.value = 'pin';
  };
  if (step.value === 'name')
    return (
      <NamePad
        name={id}
        onNext={() => {
          step.value = 'pin';
        }}
        onClose={onClose}
      />
    );
  if (step.value === 'why')
    return (
      <Reasons
        busy={busy.value}
        onChoose={(why) => void act({ kind: 'lock', why })}
        onClose={onClose}
      />
    );
  return (
    <PinPad
      pin={pin}
      locked={locked}
      busy={busy.value}
      refusal={staff.refusal.value}
      onDone={() => {
        if (locked) void act({ kind: 'unlock' });
        else step.value = 'why';
      }}
      onClose={onClose}
    />
  );
}

function PinPad(props: {
  pin: Signal<string>;
  locked: boolean;
  busy: boolean;
  refusal: Refusal | undefined;
  onDone: () => void;
  onClose: () => void;
}) {
  const { pin, locked, refusal } = props;
  return (
    <DigitPad
      question={t(locked ? 'staff.pin_unlock' : 'staff.pin')}
      {...(refusal && { refused: sentences(refusal) })}
      digits={pin}
      shown={pin.value === '' ? '·' : '•'.repeat(pin.value.length)}
      onDigit={(digit) => {
        pin.value = `${pin.value}${digit}`.slice(0, LONGEST_PIN);
      }}
      onClose={props.onClose}
    >
      <button
        type="button"
        class="button primary"
        aria-label={t(locked ? 'staff.unlock' : 'staff.next')}
        disabled={deaf.value || props.busy || pin.value.length < SHORTEST_PIN}
        onClick={props.onDone}
      >
        <Icon name="check" />
      </button>
    </DigitPad>
  );
}

function NamePad(props: { name: Signal<string>; onNext: () => void; onClose: () => void }) {
  const { name } = props;
  const typed = (text: string) => {
    name.value = text.slice(0, LONGEST_NAME);
  };
  return (
    <Dialog label={t('staff.name')}>
      <div class="typing naming">
        <div class="words">
          <h2>{t('staff.name')}</h2>
          <output class="code-typed" data-long={name.value.length > 9 || null} aria-live="polite">
            {name.value || '·'}
          </output>
        </div>
        <div class="code-pad">
          {KEYS.map((key) => (
            <button
              type="button"
              class="button"
              key={key}
              onClick={() => typed(`${name.value}${key}`)}
            >
              {key}
            </button>
          ))}
          <button
            type="button"
            class="button"
            aria-label={t('k2.erase')}
            onClick={() => typed(name.value.slice(0, -1))}
          >
            <Icon name="erase" />
          </button>
          <button
            type="button"
            class="button primary onwards"
            aria-label={t('staff.next')}
            disabled={!/^[a-z]/.test(name.value)}
            onClick={props.onNext}
          >
            <Icon name="check" />
          </button>
        </div>
        <button type="button" class="button wide" onClick={props.onClose}>
          {t('app.back')}
        </button>
      </div>
    </Dialog>
  );
}

function Reasons(props: {
  busy: boolean;
  onChoose: (why: LockReason) => void;
  onClose: () => void;
}) {
  return (
    <Dialog label={t('staff.why')}>
      <h2>{t('staff.why')}</h2>
      <p>{t('staff.why_hint')}</p>
      <div class="buttons">
        {LOCK_REASONS.map((why) => (
          <button
            type="button"
            class="button"
            key={why}
            disabled={deaf.value || props.busy}
            onClick={() => props.onChoose(why)}
          >
            {pick(LOCK_WORDS[why])}
          </button>
        ))}
      </div>
      <button type="button" class="button wide" onClick={props.onClose}>
        {t('app.back')}
      </button>
    </Dialog>
  );
}
