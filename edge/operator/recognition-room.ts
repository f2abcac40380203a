/** What stands behind the operator's recognition pages. */
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import type { Outcome, Refusal } from '../core/ports.ts';
import type { GalleryAct } from '../core/recognition-events.ts';
import type {
  ArticleView,
  ConfusedView,
  RecognitionRoomView,
  RefitView,
  ReviewView,
} from '../core/views/recognition-view.ts';
import type { Controller } from '../main.ts';
import { SIGHTING_REASONS } from '../recognition/reasons.ts';
import type { ReviewEntry } from '../recognition/review.ts';
import type { ModelChoice } from './model-choice.ts';
import type { HitFigures } from './recognition-days.ts';
import { type TeachingDesk, teachingDesk } from './teaching-desk.ts';

export interface RoomParts {
  controller: Controller;
  days: HitFigures;
  models: ModelChoice;
}

export interface RecognitionRoom {
  view(): RecognitionRoomView;
  desk: TeachingDesk;
  article(sku: string): ArticleView;
  /** Tries or publishes in the background; `view().refit` says how it went. */
  refit(what: RefitView['what'], by: string): void;
  /** Carries an act out and writes it down with its person. */
  act<T>(
    act: GalleryAct,
    by: string,
    about: About,
    done: () => Promise<Outcome<T>> | Outcome<T>,
  ): Promise<Outcome<T>>;
}

interface About {
  sku?: string;
  samples?: number;
  version?: number;
  pack?: string;
}

const WEEK_MS = 7 * 86_400_000;
const DECIDED_SHOWN = 10;
const PAIRS_SHOWN = 20;

export function recognitionRoom(parts: RoomParts): RecognitionRoom {
  const { controller } = parts;
  const desk = teachingDesk(controller);
  let refit: RefitView | undefined;
  const article = (sku: string): ArticleView => {
    const found = itemOf(controller, sku);
    return { sku, name: found?.name ?? { zh: sku, en: sku }, picture: found?.picture ?? '' };
  };
  return {
    desk,
    article,
    view: () => ({
      ...viewOf(parts, article),
      ...(refit && { refit }),
      counters: controller.counters.map(({ id }) => {
        const teaching = desk.sessions().get(id);
        return { id, ...(teaching && { teaching: { sku: teaching.sku, shots: teaching.shots } }) };
      }),
    }),
    refit(what, by) {
      if (refit?.state === 'working') return;
      refit = { what, state: 'working' };
      const work = what === 'publish' ? published(controller, by) : rehearsed(controller, article);
      work
        .then((done) => {
          refit = done;
        })
        .catch((error: Error) => {
          refit = { what, state: 'refused', refusal: refitFailed(error.message) };
        });
    },
    async act(act, by, about, done) {
      const outcome = await done();
      if (!outcome.ok) return outcome;
      // What was tried or published before is no longer what answers.
      if ((act === 'roll-back' || act === 'use-pack') && refit?.state !== 'working')
        refit = undefined;
      const body = { act, by, ...about };
      controller.ledger.append({ source: 'store', events: [{ type: 'GalleryHandled', body }] });
      return outcome;
    },
  };
}

const refitFailed = (why: string): Refusal => ({
  code: 'REFIT_FAILED',
  message: { zh: '没有算完，也没有发布', en: 'It did not finish, and nothing was published' },
  next: { zh: '检查磁盘空间，再试一次', en: 'Check the disk, then try again' },
  detail: { why },
});

const itemOf = ({ ledger }: Controller, sku: string): CatalogueItem | undefined =>
  ledger.item(ledger.priceBookVersion(), sku);

async function published(controller: Controller, by: string): Promise<RefitView> {
  const outcome = await controller.publish(by);
  if (!outcome.ok) {
    const { rightBefore, right: rightAfter, heldOut } = controller.recognition.metrics();
    const figures = { heldOut, rightBefore, rightAfter };
    return { what: 'publish', state: 'refused', refusal: outcome.refusal, ...known(figures) };
  }
  const { heldOut, rightBefore, rightAfter, newcomers, version } = outcome.value;
  const right = { rightBefore, rightAfter, ...(newcomers && { newcomers }) };
  return { what: 'publish', state: 'done', heldOut, ...right, version };
}

const known = (figures: Record<string, number | undefined>) =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));

async function rehearsed(
  { recognition }: Controller,
  article: (sku: string) => ArticleView,
): Promise<RefitView> {
  const outcome = await recognition.rehearse();
  if (!outcome.ok) return { what: 'rehearse', state: 'refused', refusal: outcome.refusal };
  const { heldOut, rightBefore, rightAfter, newcomers, lost, worse } = outcome.value;
  return {
    ...{ what: 'rehearse', state: 'done', heldOut, rightBefore, rightAfter, worse },
    ...(newcomers && { newcomers }),
    lost: lost.map(({ sku, pictures }) => ({ ...article(sku), pictures })),
  };
}

type Article = (sku: string) => ArticleView;

function viewOf(
  { controller, days, models }: RoomParts,
  article: Article,
): Omit<RecognitionRoomView, 'counters'> {
  const { recognition, recogniser, config, ledger } = controller;
  const { state, reason } = recogniser.state();
  const { version, items, samples, galleryRefusal } = recognition.stats();
  const { unpublished, waitingFromSales, refused } = recognition.metrics();
  const newer = models.newer();
  const keeps = config.recognition?.keepPictures;
  const why = reason && SIGHTING_REASONS[reason];
  const weighed = ledger
    .items(ledger.priceBookVersion())
    .filter(({ onSale, priceBasis }) => onSale && priceBasis !== 'each');
  return {
    model: {
      ...{ state, packId: recogniser.packId, packSha256: recogniser.packSha256 },
      ...(why && { why: why.message, next: why.next }),
      ...(newer !== undefined && { newer }),
    },
    ...(galleryRefusal && { galleryRefusal }),
    ...{ version, items, samples, unpublished, waitingFromSales, toLearn: weighed.length },
    ...(refused && { refused }),
    ...(keeps && { keeps }),
    ...reviews(controller, article),
    confused: confusedOf(controller, days, article),
    heavier: days
      .doubts(weekAgo(controller))
      .filter(({ chosen, seen }) => chosen === seen)
      .map(({ chosen, asked, kept }) => ({ ...article(chosen), asked, kept })),
    days: days.days().map(({ shown: _, ...day }) => day),
    learnt: weighed.map(({ sku, plu, pinyin }) => ({
      ...{ ...article(sku), pinyin, samples: recognition.samplesOf(sku) },
      ...(plu && { plu }),
    })),
  };
}

function reviews({ review }: Controller, article: Article) {
  const pictured = review.pictured();
  const shown = (entry: ReviewEntry): ReviewView => {
    const { reviewId, atWallMs, at, why, chosenSku, grams, candidates, decided } = entry;
    const as = decided?.sku !== undefined && { as: article(decided.sku) };
    return {
      ...{ reviewId, atWallMs, at, why, chosen: article(chosenSku) },
      ...(grams !== undefined && { grams }),
      candidates: candidates.map(({ sku, confidenceBp }) => ({ ...article(sku), confidenceBp })),
      pictured: pictured.has(reviewId),
      ...(decided && { decided: { verdict: decided.verdict, wallMs: decided.wallMs, ...as } }),
    };
  };
  const entries = review.entries();
  const decided = entries.filter((entry) => entry.decided);
  return {
    queue: entries
      .filter((entry) => !entry.decided)
      .reverse()
      .map(shown),
    decided: decided
      .sort((a, b) => (b.decided?.wallMs ?? 0) - (a.decided?.wallMs ?? 0))
      .slice(0, DECIDED_SHOWN)
      .map(shown),
  };
}

const weekAgo = ({ clock, localDay }: Controller) => localDay(clock.wallMs() - WEEK_MS);

/** Both directions of a pair are one line; which of two costs less says whether anyone gains. */
function confusedOf(controller: Controller, days: HitFigures, article: Article): ConfusedView[] {
  const week = weekAgo(controller);
  const pairs = new Map<string, ConfusedView & { gains: number }>();
  const pairOf = (one: string, other: string) => {
    const [a, b] = [one, other].sort() as [string, string];
    const key = `${a}\0${b}`;
    const fresh = { a: article(a), b: article(b), times: 0, asked: 0, kept: 0, gains: 0 };
    const pair = pairs.get(key) ?? fresh;
    pairs.set(key, pair);
    return pair;
  };
  const price = (sku: string) => pricePerKilogram(itemOf(controller, sku));
  for (const { shown: chosen, taken: seen, times } of days.rates(week).pairs) {
    const pair = pairOf(chosen, seen);
    pair.times += times;
    if (price(chosen) < price(seen)) pair.gains += times;
  }
  for (const { chosen, seen, asked, kept } of days.doubts(week)) {
    if (chosen === seen) continue;
    const pair = pairOf(chosen, seen);
    pair.asked += asked;
    pair.kept += kept;
  }
  return [...pairs.values()]
    .sort((x, y) => y.times + y.asked - (x.times + x.asked))
    .slice(0, PAIRS_SHOWN)
    .map(({ gains, ...pair }) =>
      price(pair.a.sku) === price(pair.b.sku) ? pair : { ...pair, cheaper: gains },
    );
}

function pricePerKilogram(item: CatalogueItem | undefined): number {
  if (!item) return 0;
  return item.priceBasis === '500g' ? item.unitPriceFen * 2 : item.unitPriceFen;
}
