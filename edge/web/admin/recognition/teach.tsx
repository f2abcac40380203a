/** Teaching an item at a counter: lay it down, look, take the picture, turn it, ten times. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Outcome, Refusal } from '../../../core/ports.ts';
import {
  type LearntView,
  type LookView,
  SHOTS_MOST,
  SHOTS_WANTED,
} from '../../../core/views/recognition-view.ts';
import { kilograms } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { pause } from '../../shared/runtime.ts';
import { Told } from '../door.tsx';
import { ask } from '../operator.ts';
import { linkTo } from '../rooms.ts';
import { ArticleFinder } from './finder.tsx';
import { look as lookAgain, roomNow, tell } from './store.ts';
import './taken.css';
import './teach.css';

const LOOK_EVERY_MS = 500;
/** Three seconds for goods to lie still. */
const STILL_MOST = 6;

export function Teach({ words: [sku] }: { words: string[] }) {
  const view = roomNow.value;
  if (!view) return null;
  const article = view.learnt.find((each) => each.sku === sku);
  if (article) return <Guide key={article.sku} article={article} />;
  return (
    <section class="card">
      <h2>
        <Icon name="teach" />
        {t('re.teach_which')}
      </h2>
      <p class="quiet">{t('re.learnt_of', { n: view.items, of: view.toLearn })}</p>
      <ArticleFinder
        onChoose={(chosen) => {
          location.hash = linkTo('recognition', 'teach', chosen.sku);
        }}
      />
    </section>
  );
}

type Pressed = Outcome<{ sampleId: string }>;

/** Pressed as the goods were let go: the press counts as soon as they lie still. */
async function press(at: string, sku: string): Promise<Pressed> {
  for (let n = 0; ; n += 1) {
    const answer = await ask<Pressed>('POST', `${at}/shots`, { sku });
    const told = answer.ok ? answer.value : answer;
    const moves = !told.ok && told.refusal.code === 'TEACH_GOODS_MOVING';
    if (!moves || n === STILL_MOST) return told;
    await pause(LOOK_EVERY_MS);
  }
}

interface Shot {
  sampleId: string;
  jpeg: string;
}

function Guide({ article }: { article: LearntView }) {
  const counters = roomNow.value?.counters ?? [];
  const counterId = useSignal(counters[0]?.id);
  const open = useSignal(false);
  const { sku, name, picture, samples } = article;
  return (
    <section class="card guide">
      <header class="line">
        <Picture sku={sku} name={name} picture={picture} />
        <h2>{pick(name)}</h2>
        <span class="badge">{t('re.pictures', { n: samples })}</span>
        <a class="plain" href={linkTo('recognition', 'teach')}>
          {t('app.back')}
        </a>
      </header>
      {counters.length > 1 ? (
        <label class="line">
          {t('re.at_counter')}
          <select
            value={counterId.value}
            onChange={(event) => {
              counterId.value = event.currentTarget.value;
            }}
          >
            {counters.map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
      ) : null}
      {counterId.value === undefined ? <p>{t('re.no_counter')}</p> : null}
      {counterId.value !== undefined && !open.value ? (
        <div class="opt-in">
          <p>{t('re.camera_hint', { counter: counterId.value })}</p>
          <button
            type="button"
            class="primary"
            onClick={() => {
              open.value = true;
            }}
          >
            <Icon name="camera" />
            {t('re.camera_open')}
          </button>
        </div>
      ) : null}
      {counterId.value !== undefined && open.value ? (
        <Shooting counterId={counterId.value} article={article} />
      ) : null}
    </section>
  );
}

/** Looks twice a second while the page is open; when it is left, the counter sells again. */
function Shooting({ counterId, article }: { counterId: string; article: LearntView }) {
  const seen = useSignal<LookView | undefined>(undefined);
  const refusal = useSignal<Refusal | undefined>(undefined);
  /** Of the last press; a look that goes well does not wipe it away. */
  const missed = useSignal<Refusal | undefined>(undefined);
  const shots = useSignal<Shot[]>([]);
  const busy = useSignal(false);
  const at = `/api/recognition/counters/${encodeURIComponent(counterId)}`;
  const { sku } = article;
  useEffect(() => {
    let stays = true;
    let looking: Promise<unknown> | undefined;
    const watch = async () => {
      while (stays) {
        const path = `${at}/look?sku=${encodeURIComponent(sku)}`;
        const look = ask<Outcome<LookView>>('GET', path);
        looking = look;
        const answer = await look;
        if (!stays) return;
        const told = answer.ok ? answer.value : answer;
        if (told.ok) seen.value = told.value;
        refusal.value = told.ok ? undefined : told.refusal;
        await pause(LOOK_EVERY_MS);
      }
    };
    void watch();
    return () => {
      stays = false;
      // A look still under way would begin the teaching anew, so the end is told after it.
      void Promise.resolve(looking).finally(() => ask('POST', `${at}/end`, {}));
    };
  }, [counterId, sku]);
  const shoot = async () => {
    busy.value = true;
    const told = await press(at, sku);
    busy.value = false;
    missed.value = told.ok ? undefined : told.refusal;
    const jpeg = seen.value?.jpeg ?? '';
    if (told.ok) shots.value = [...shots.value, { sampleId: told.value.sampleId, jpeg }];
    await lookAgain();
  };
  const takeBack = async ({ sampleId }: Shot) => {
    const gone = await tell(`samples/${encodeURIComponent(sampleId)}/remove`);
    if (gone) shots.value = shots.value.filter((shot) => shot.sampleId !== sampleId);
  };
  return (
    <>
      <div class="shooting">
        <Preview seen={seen.value} />
        <Side seen={seen.value} shots={shots.value.length} busy={busy.value} onShoot={shoot} />
      </div>
      <Told refusal={missed.value ?? refusal.value} />
      <Strip shots={shots.value} onTakeBack={(shot) => void takeBack(shot)} />
    </>
  );
}

const VERDICTS = {
  fine: 're.v_fine',
  same: 're.v_same',
  empty: 're.v_empty',
  moving: 're.v_moving',
  dark: 're.v_dark',
  blurred: 're.v_blurred',
} as const;

function Preview({ seen }: { seen: LookView | undefined }) {
  if (!seen) return <div class="preview" aria-busy="true" />;
  return (
    <div class="preview" data-verdict={seen.verdict}>
      <img src={`data:image/jpeg;base64,${seen.jpeg}`} alt={t('re.preview')} />
      <p role="status">
        <Icon name={seen.verdict === 'fine' ? 'check' : 'info'} />
        {t(VERDICTS[seen.verdict])}
      </p>
    </div>
  );
}

/** What to do next, by how far it is. */
function tip(shots: number): 're.tip_start' | 're.tip_turn' | 're.tip_more' | 're.tip_enough' {
  if (shots === 0) return 're.tip_start';
  if (shots >= SHOTS_WANTED) return 're.tip_enough';
  return shots < SHOTS_WANTED / 2 ? 're.tip_turn' : 're.tip_more';
}

function Side(props: {
  seen: LookView | undefined;
  shots: number;
  busy: boolean;
  onShoot(): Promise<void>;
}) {
  const { seen, shots } = props;
  const ready = seen?.verdict === 'fine' || seen?.verdict === 'same';
  const best = seen?.verdict === 'empty' ? undefined : seen?.candidates[0];
  return (
    <div class="shoot" data-enough={shots >= SHOTS_WANTED || undefined}>
      <p class="done">
        <strong>{shots}</strong> / {SHOTS_WANTED}
      </p>
      <progress
        max={SHOTS_WANTED}
        value={Math.min(shots, SHOTS_WANTED)}
        aria-label={t('re.shots', { n: shots, of: SHOTS_WANTED })}
      />
      <p>{t(tip(shots))}</p>
      <button
        type="button"
        class="primary"
        disabled={!ready || props.busy || shots >= SHOTS_MOST}
        onClick={() => void props.onShoot()}
      >
        <Icon name="camera" />
        {t('re.shoot')}
      </button>
      <p class="quiet">
        {seen?.grams === undefined ? null : `${kilograms(seen.grams)} · `}
        {best
          ? t('re.now_looks', { name: pick(best.name), p: Math.round(best.confidenceBp / 100) })
          : t('re.now_nothing')}
      </p>
    </div>
  );
}

function Strip({ shots, onTakeBack }: { shots: Shot[]; onTakeBack(shot: Shot): void }) {
  if (shots.length === 0) return null;
  return (
    <ul class="strip" aria-label={t('re.shots', { n: shots.length, of: SHOTS_WANTED })}>
      {shots.map((shot, at) => (
        <li key={shot.sampleId}>
          <img src={`data:image/jpeg;base64,${shot.jpeg}`} alt={t('re.shot_no', { n: at + 1 })} />
          <button
            type="button"
            aria-label={t('re.remove_no', { n: at + 1 })}
            onClick={() => onTakeBack(shot)}
          >
            <Icon name="remove" />
          </button>
        </li>
      ))}
    </ul>
  );
}
