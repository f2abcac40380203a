/** The recognition pages' routes, with what stands behind them. */

import type { Controller } from '../main.ts';
import type { RecognitionRoutesOptions } from '../server/recognition.ts';
import type { ModelChoice } from './model-choice.ts';
import type { HitFigures } from './recognition-days.ts';
import { recognitionRoom } from './recognition-room.ts';

export function recognitionDoors(
  controller: Controller,
  days: HitFigures,
  models: ModelChoice,
): RecognitionRoutesOptions {
  const room = recognitionRoom({ controller, days, models });
  const { recognition, review, counters } = controller;
  const { desk, article, act } = room;
  return {
    view: room.view,
    picture: (id) => review.picture(id),
    samples(sku) {
      const pictured = review.pictured();
      return recognition
        .samples(sku)
        .map(({ sampleId, origin }) => ({ sampleId, origin, pictured: pictured.has(sampleId) }));
    },
    versions: () => recognition.versions(),
    packs: () => models.packs(),
    usePack: (pack, by) => act('use-pack', by, { pack }, () => models.use(pack)),
    exportGallery: () => recognition.exportGallery(),
    counters: () => counters.map(({ id }) => id),
    async look(counterId, sku) {
      const seen = await desk.look(counterId, sku);
      if (!seen.ok) return seen;
      const candidates = seen.value.candidates.map((each) => ({
        ...article(each.sku),
        confidenceBp: each.confidenceBp,
      }));
      return { ok: true, value: { ...seen.value, candidates } };
    },
    shoot: (counterId, sku, by) => desk.shoot(counterId, sku, by),
    endTeaching: (counterId) => desk.end(counterId),
    relabel: (reviewId, sku, by) =>
      act('relabel', by, { sku }, () => review.relabel(reviewId, sku)),
    skip: (reviewId, by) => act('skip', by, {}, () => review.skip(reviewId)),
    undo: (reviewId, by) => act('undo-review', by, {}, () => review.undo(reviewId)),
    removeSample: (sampleId, by) =>
      act('remove-sample', by, { samples: 1 }, () => recognition.removeSample(sampleId)),
    refit: room.refit,
    forget: (by) =>
      act('forget-unpublished', by, {}, () => ({
        ok: true,
        value: recognition.undoUnpublished(),
      })),
    rollBack: (version, by) =>
      act('roll-back', by, { version }, () => recognition.rollBack(version)),
    importGallery: (bytes, by) => act('import', by, {}, () => recognition.importGallery(bytes)),
  };
}
