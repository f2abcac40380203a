import type { receipt as zh } from '../zh/receipt.ts';

/** Words of the e-receipt. */
export const receipt: Record<keyof typeof zh, string> = {
  'r.title': 'E-receipt',
  'r.no': 'Receipt',
  'r.time': 'Time',
  'r.total': 'Total',
  'r.vat': 'of which VAT {rate}',
  'r.check': 'Ledger check',
  'r.print': 'Print or save as PDF',
  'r.missing': 'We can’t find this receipt',
  'r.missing_next': 'Check the link, or show staff your payment',
  'r.failed': 'The receipt could not be fetched',
  'r.failed_next': 'Check the network and reload the page',
};
