/** What a shopper is asked once where a label and the goods on the lane's plate do not agree. */
import type { Text } from '../ports.ts';

export interface LabelDoubtView {
  /** The goods look like `seen`; or there is more of them than the label says. */
  why: 'looks' | 'heavier';
  lineId: string;
  /** What the label says. */
  name: Text;
  seen: { sku: string; name: Text; picture: string };
}

/** The label stands; or its line goes, and the goods are weighed again. */
export type LabelAnswer = 'label-right' | 'label-wrong';
