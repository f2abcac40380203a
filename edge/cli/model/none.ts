/** A recogniser without a model: what has no label is picked from the list. */
import type { Recogniser } from '../../../models/contract.ts';

export const noModel = (): Recogniser => ({
  state: () => ({ state: 'unavailable', reason: 'MODEL_MISSING' }),
  onState() {},
  packId: '',
  packSha256: '',
  embed: async () => ({ ok: false, code: 'MODEL_MISSING', detail: 'no model' }),
  residentBytes: async () => undefined,
  close: async () => {},
});
