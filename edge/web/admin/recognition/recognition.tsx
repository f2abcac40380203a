/** The recognition room: what to look at again, how it fares, teaching, what is learnt, versions. */
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { Icon } from '../../shared/icon.tsx';
import { learnWords, pick, t } from '../../shared/language.ts';
import { nowMs } from '../../shared/runtime.ts';
import { Told, Unseen } from '../door.tsx';
import { may } from '../operator.ts';
import { linkTo, type RoomProps } from '../rooms.ts';
import { Skeleton } from '../shell.tsx';
import { Tabs } from '../tabs.tsx';
import '../stock/stock.css';
import '../tabs.css';
import { Learnt } from './learnt.tsx';
import { PublishBar } from './publish.tsx';
import { Queue } from './queue.tsx';
import { Rates } from './rates.tsx';
import './recognition.css';
import { recognition as enRecognition } from '../../shared/i18n/en/recognition.ts';
import { recognition as zhRecognition } from '../../shared/i18n/zh/recognition.ts';
import { changing, look, refused, roomNow } from './store.ts';
import { Teach } from './teach.tsx';
import { Versions } from './versions.tsx';

learnWords({ zh: zhRecognition, en: enRecognition });

const TABS = ['queue', 'rates', 'teach', 'learnt', 'versions'] as const;
type Tab = (typeof TABS)[number];
const PAGES: Record<Tab, ComponentType<{ words: string[] }>> = {
  queue: Queue,
  rates: Rates,
  teach: Teach,
  learnt: Learnt,
  versions: Versions,
};
const LOOK_EVERY_S = 10;
const WHILE_WORKING_S = 1;

export function Recognition({ words }: RoomProps) {
  const working = changing.value || roomNow.value?.refit?.state === 'working';
  const beat = Math.floor(nowMs.value / 1000 / (working ? WHILE_WORKING_S : LOOK_EVERY_S));
  useEffect(() => void look(), [beat]);
  const view = roomNow.value;
  if (!view)
    return refused.value ? <Unseen label="n.recognition" refusal={refused.value} /> : <Skeleton />;
  const [first, ...rest] = words;
  const tab = TABS.find((each) => each === first) ?? 'queue';
  const Page = PAGES[tab];
  const shooting = tab === 'teach' && rest.length > 0;
  const { why, next, state, newer } = view.model;
  return (
    <>
      <header class="room">
        <h1>{t('n.recognition')}</h1>
      </header>
      <Tabs
        label={t('n.recognition')}
        here={linkTo('recognition', tab)}
        tabs={TABS.filter((each) => each !== 'teach' || may('goods')).map((each) => ({
          ...{ href: linkTo('recognition', each), word: t(`re.${each}`) },
          ...(each === 'queue' && { count: view.queue.length }),
        }))}
      />
      <Told refusal={refused.value} />
      {state === 'unavailable' && why ? (
        <p class="told" role="status">
          <Icon name="warn" />
          <span>
            {pick(why)}
            <small>{next ? pick(next) : null}</small>
          </span>
        </p>
      ) : null}
      <Told refusal={view.galleryRefusal} />
      {newer === undefined || tab === 'versions' ? null : (
        <p class="told" data-level="info" role="status">
          <Icon name="teach" />
          <span>
            {t('re.model_waits', { n: newer })}
            <a href={linkTo('recognition', 'versions')}>{t('re.model_which')}</a>
          </span>
        </p>
      )}
      {/* While pictures are taken they come first; publishing is what follows. */}
      {shooting ? null : <PublishBar view={view} />}
      <Page words={rest} />
      {shooting ? <PublishBar view={view} /> : null}
    </>
  );
}
