import type { ComponentChildren } from 'preact';
import type { StatusView } from '../../core/views/status-view.ts';
import { ago, duration, yuan } from '../shared/format.ts';
import type { Key } from '../shared/i18n/zh.ts';
import { Icon, type IconName } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { nowMs } from '../shared/runtime.ts';
import { pillFacts } from './sync-pill.tsx';

interface Fact {
  label: Key;
  value: ComponentChildren;
}

/** Facts worth showing are those that are known. */
function Facts({ facts }: { facts: (Fact | undefined)[] }) {
  return (
    <dl class="facts">
      {facts.map((fact) =>
        fact ? (
          <div key={fact.label}>
            <dt>{t(fact.label)}</dt>
            <dd>{fact.value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

function Card(props: {
  icon: IconName;
  title: Key;
  badge?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="card">
      <h2>
        <Icon name={props.icon} />
        {t(props.title)}
        {props.badge}
      </h2>
      {props.children}
    </section>
  );
}

const number = (value: number) => value.toLocaleString('en-US');

function at(label: Key, wallMs: number | undefined): Fact | undefined {
  return wallMs === undefined ? undefined : { label, value: ago(wallMs, nowMs.value) };
}

export function Sync({ sync }: { sync: StatusView['sync'] }) {
  const facts = pillFacts(sync);
  const nextMs = sync.nextTryWallMs === undefined ? undefined : sync.nextTryWallMs - nowMs.value;
  return (
    <Card
      icon={facts.icon}
      title="s.sync"
      badge={
        <span class="badge" data-level={facts.level}>
          {t(facts.link)}
        </span>
      }
    >
      <Facts
        facts={[
          { label: 's.unsent', value: t('s.records', { n: number(sync.unsent) }) },
          sync.oldestUnsentWallMs === undefined
            ? undefined
            : {
                label: 's.oldest',
                value: duration(nowMs.value - sync.oldestUnsentWallMs),
              },
          { label: 's.acked', value: `${number(sync.ackedSeq)} / ${number(sync.headSeq)}` },
          at('s.last_success', sync.lastSuccessWallMs),
          nextMs !== undefined && nextMs > 0
            ? { label: 's.next_try', value: t('s.in', { time: duration(nextMs) }) }
            : undefined,
          sync.lastError ? { label: 's.last_error', value: sync.lastError } : undefined,
          { label: 's.price_book', value: number(sync.priceBookVersion) },
        ]}
      />
    </Card>
  );
}

const RECOGNITION = {
  ready: { words: 's.rec_ready', level: 'ok' },
  starting: { words: 's.rec_starting', level: 'off' },
  unavailable: { words: 's.rec_unavailable', level: 'bad' },
} as const;

export function Recognition({ recognition }: { recognition: StatusView['recognition'] }) {
  const { words, level } = RECOGNITION[recognition.state];
  const { items, samples, p50Ms, p95Ms, packId, packSha256 } = recognition;
  const timed = p50Ms !== undefined && p95Ms !== undefined;
  return (
    <Card
      icon="cpu"
      title="s.recognition"
      badge={
        <span class="badge" data-level={level}>
          {t(words)}
        </span>
      }
    >
      {recognition.state === 'unavailable' ? (
        <p class="trouble">
          {recognition.reason}
          <span class="next">{t('s.rec_list')}</span>
        </p>
      ) : null}
      <Facts
        facts={[
          {
            label: 's.learned',
            value: t('s.learned_value', { items: number(items), samples: number(samples) }),
          },
          timed
            ? {
                label: 's.speed',
                value: t('s.speed_value', { p50: Math.round(p50Ms), p95: Math.round(p95Ms) }),
              }
            : undefined,
          packId ? { label: 's.pack', value: <code title={packSha256}>{packId}</code> } : undefined,
        ]}
      />
    </Card>
  );
}

/** SQLite's `synchronous` pragma: 2 is FULL, one fsync per commit. */
const SYNCHRONOUS_FULL = 2;

export function Ledger({ ledger }: { ledger: StatusView['ledger'] }) {
  const durable = ledger.synchronous >= SYNCHRONOUS_FULL;
  return (
    <Card
      icon="database"
      title="s.ledger"
      badge={
        <span class="badge" data-level={durable ? 'ok' : 'bad'}>
          {t(durable ? 's.durable_full' : 's.durable_weak')}
        </span>
      }
    >
      <Facts
        facts={[
          { label: 's.events', value: number(ledger.events) },
          {
            label: 's.head',
            value: (
              <>
                {number(ledger.headSeq)}{' '}
                <code title={ledger.headHash}>{ledger.headHash.slice(0, 12)}</code>
              </>
            ),
          },
        ]}
      />
    </Card>
  );
}

type ScreenStatus = StatusView['screens'][number];

function ScreenLink({ screen }: { screen: ScreenStatus }) {
  const waiting = screen.helpSinceWallMs;
  return (
    <li>
      <a href={screen.path}>
        <Icon name={screen.kind === 'lane' ? 'screen' : 'scale'} />
        <span>
          {t(`s.${screen.kind}`)}
          <small>{screen.id}</small>
        </span>
        {waiting === undefined ? (
          <span class="quiet">{screenWords(screen.screen)}</span>
        ) : (
          <span class="badge" data-level="bad">
            {t('s.help_waiting', { time: duration(nowMs.value - waiting) })}
          </span>
        )}
        <Icon name="go" />
      </a>
    </li>
  );
}

const SCREENS: Record<string, Key> = {
  attract: 'screen.attract',
  basket: 'screen.basket',
  find: 'screen.find',
  pay: 'screen.pay',
  paying: 'screen.paying',
  unknown: 'screen.unknown',
  done: 'screen.done',
  'out-of-service': 'screen.out-of-service',
  ready: 'screen.ready',
  weighing: 'screen.weighing',
  confirm: 'screen.confirm',
  'take-label': 'screen.take-label',
};

/** A screen this page does not know is shown by its own name. */
function screenWords(screen: string): string {
  const key = SCREENS[screen];
  return key ? t(key) : screen;
}

export function Screens({ screens }: { screens: readonly ScreenStatus[] }) {
  return (
    <Card icon="screen" title="s.screens">
      <ul class="screens">
        {screens.map((screen) => (
          <ScreenLink key={screen.id} screen={screen} />
        ))}
      </ul>
    </Card>
  );
}

export function Unresolved({ payments }: { payments: StatusView['unresolvedPayments'] }) {
  if (payments.length === 0) return null;
  return (
    <section class="card attention">
      <h2>
        <Icon name="clock" />
        {t('s.unresolved')}
        <span class="badge" data-level="warn">
          {payments.length}
        </span>
      </h2>
      <p class="quiet">{t('s.unresolved_hint')}</p>
      <ul class="payments">
        {payments.map((payment) => (
          <li key={payment.orderNo}>
            <code>{payment.orderNo}</code>
            <span class="quiet">{payment.laneId}</span>
            <span class="quiet whole">{ago(payment.sinceWallMs, nowMs.value)}</span>
            <span class="amount whole">{yuan(payment.amountFen)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Teaching({ teaching }: { teaching: StatusView['teaching'] }) {
  if (!teaching) return null;
  const words = t('s.teaching_value', {
    done: teaching.done,
    of: teaching.of,
    name: pick(teaching.name),
  });
  return (
    <Card icon="teach" title="s.teaching">
      <progress value={teaching.done} max={teaching.of} aria-label={words} />
      <p class="quiet">{words}</p>
    </Card>
  );
}
