import type { Text } from '../ports.ts';

/** A way to pay that this lane has, and why it does not work now. */
export interface PayMethodView {
  method: 'code' | 'card' | 'cash';
  available: boolean;
  why?: Text;
}
