/** Is the ledger whole? And its copies: made, verified, taken away. One piece of work at a time. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { BackupView, LedgerWorkView, VerifiedView } from '../../../core/views/audit-views.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { clockTime, nowMs } from '../../shared/runtime.ts';
import { When } from '../../shared/when.tsx';
import { Told } from '../door.tsx';
import { may } from '../operator.ts';
import { Skeleton } from '../shell.tsx';
import { download, files, look, refused, work } from './store.ts';

export function LedgerFiles() {
  const beat = Math.floor(nowMs.value / 1000);
  // Every second: the work is seen to go on, whoever began it.
  useEffect(() => void look(), [beat]);
  const shown = files.value;
  if (!shown) return refused.value ? <Told refusal={refused.value} /> : <Skeleton />;
  const running = shown.work?.state === 'running';
  const of = (...kinds: LedgerWorkView['kind'][]) =>
    shown.work && kinds.includes(shown.work.kind) ? shown.work : undefined;
  return (
    <>
      <Told refusal={refused.value ?? shown.work?.refusal} />
      <Task
        title={t('au.verify')}
        hint={t('au.verify_hint')}
        work={of('verify')}
        action={
          <button
            type="button"
            class="primary"
            disabled={running}
            onClick={() => void work('verify')}
          >
            {t('au.start')}
          </button>
        }
      />
      <Task
        title={t('au.backup')}
        hint={t('au.backup_hint')}
        work={of('backup', 'check-backup')}
        action={
          may('settings') ? (
            <button
              type="button"
              class="primary"
              disabled={running}
              onClick={() => void work('backup')}
            >
              {t('au.backup_now')}
            </button>
          ) : null
        }
      >
        <Backups backups={shown.backups} running={running} />
      </Task>
    </>
  );
}

interface TaskOptions {
  title: string;
  hint: string;
  work: LedgerWorkView | undefined;
  action: ComponentChildren;
  children?: ComponentChildren;
}

function Task({ title, hint, work: now, action, children }: TaskOptions) {
  return (
    <section class="card task-of-files">
      <h2>
        <Icon name={children ? 'database' : 'audit'} />
        {title}
      </h2>
      <p class="quiet">{hint}</p>
      {now?.state === 'running' ? <Running now={now} /> : action}
      {now && now.state !== 'running' ? <Ended now={now} /> : null}
      {children}
    </section>
  );
}

function Running({ now }: { now: LedgerWorkView }) {
  const { phase, done, of, by, startedWallMs } = now;
  const words =
    phase === 'chain' ? t('au.p_chain', { n: done, of: Math.max(of, done) }) : t(`au.p_${phase}`);
  return (
    <div class="running" role="status">
      {phase === 'chain' ? (
        <progress value={done} max={Math.max(of, done)} aria-label={words} />
      ) : (
        <progress aria-label={words} />
      )}
      <span>
        {words}
        <small>{t('au.running', { who: by, time: clockTime(startedWallMs).slice(11) })}</small>
      </span>
      <button type="button" class="plain" onClick={() => void work('cancel')}>
        <Icon name="remove" />
        {t('au.cancel')}
      </button>
    </div>
  );
}

function Ended({ now }: { now: LedgerWorkView }) {
  const { state, verified, kind, endedWallMs } = now;
  if (state === 'cancelled')
    return (
      <p class="quiet" role="status">
        {t('au.cancelled')}
      </p>
    );
  if (kind === 'backup' && state === 'done')
    return (
      <p class="well" role="status">
        <Icon name="check" />
        {t('au.backup_done')} {endedWallMs ? <When wallMs={endedWallMs} /> : null}
      </p>
    );
  return verified ? <Verified verified={verified} at={endedWallMs} /> : null;
}

function Verified({ verified, at }: { verified: VerifiedView; at: number | undefined }) {
  const { ok, events, headHash, headSeq, epoch, anchored, anchoredSeq, firstBadSeq, reason } =
    verified;
  return (
    <>
      <p class="said-of" data-level={ok ? 'ok' : 'bad'} role="status">
        <Icon name={ok ? 'check' : 'warn'} />
        <span>
          {ok ? t('au.whole', { n: events }) : t('au.broken')}
          {firstBadSeq === undefined ? null : <small>{t('au.from_seq', { n: firstBadSeq })}</small>}
          {reason ? <small>{pick(reason)}</small> : null}
          {ok ? null : <small>{t('au.broken_next')}</small>}
        </span>
        {at === undefined ? null : <When wallMs={at} />}
      </p>
      <dl class="facts">
        <div>
          <dt>{t('au.head')}</dt>
          <dd>
            {headSeq} <code class="hash">{headHash}</code>
          </dd>
        </div>
        <div>
          <dt>{t('au.epoch')}</dt>
          <dd>{epoch}</dd>
        </div>
        <div>
          <dt>{anchored ? t('au.anchored', { n: anchoredSeq ?? 0 }) : t('au.not_anchored')}</dt>
          <dd>
            <Icon name={anchored ? 'check' : 'info'} />
          </dd>
        </div>
      </dl>
      {(verified.warnings ?? []).map((warning) => (
        <p key={warning.en} class="quiet">
          {pick(warning)}
        </p>
      ))}
    </>
  );
}

const MEBIBYTE = 1_048_576;

function Backups({ backups, running }: { backups: BackupView[]; running: boolean }) {
  return (
    <>
      <h3>{t('au.backups')}</h3>
      {backups.length === 0 ? <p class="quiet">{t('au.no_backups')}</p> : null}
      <ul class="rows">
        {backups.map(({ name, atWallMs, seq, bytes, sha256 }) => (
          <li key={name} class="wrap">
            <span class="who">
              <strong>
                <When wallMs={atWallMs} />
              </strong>
              <small>
                {t('au.backup_row', { n: seq, size: `${(bytes / MEBIBYTE).toFixed(1)} MiB` })}
              </small>
              <small title={sha256}>SHA-256 {sha256.slice(0, 16)}</small>
            </span>
            <button
              type="button"
              class="plain"
              disabled={running}
              aria-label={t('au.check_of', { name })}
              onClick={() => void work(`backups/${name}/verify`)}
            >
              {t('au.check')}
            </button>
            {may('settings') ? (
              <button
                type="button"
                class="plain"
                aria-label={t('au.download_of', { name })}
                onClick={() => void download(name)}
              >
                <Icon name="down" />
                {t('au.download')}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
    </>
  );
}
