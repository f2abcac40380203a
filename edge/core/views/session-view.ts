/** Who is being served where, for staff and technicians. */
export interface SessionView {
  id: string;
  kind: 'lane' | 'counter' | 'cabinet';
  screen: string;
  busy: boolean;
  lines: number;
  totalFen: number;
  saleId?: string;
  visitId?: string;
}
