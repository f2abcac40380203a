import type { counter as zh } from '../zh/counter.ts';

/** Words of the produce counter. */
export const counter: Record<keyof typeof zh, string> = {
  'p0.put': 'Place your item',
  'p0.clear': 'Clear the plate, then tap “Zero”',
  'p0.hint': 'It is recognised once still',
  'p1.recog': 'Recognising…',
  'p2.which': 'Which item is it?',
  'p2.unsure': 'Please choose one',
  'p2.strange': 'Perhaps none of these',
  'p2.more': 'More',
  'p2.none': 'None of these',
  'p2.pinyin': 'By name',
  'p2.plu': 'By number',
  'p2.plu_label': 'No. {plu}',
  'p3.title': 'Please check',
  'p3.print': 'Print label',
  'p3.tare': 'Tare',
  'p3.tare_none': 'No tare',
  'p3.net': 'Net',
  'p3.unit': 'Unit price',
  'p3.amount': 'Amount',
  'p4.take': 'Take the label and stick it on',
  'p4.noprint': 'No paper. Scan the on-screen barcode at checkout',
  'p4.void': 'Wrong item? Cancel this label',
  'p4.finish': 'Next item',
  'p4.label_no': 'Label {no}',
};
