/** Who came to the operator's pages, and who changed who may. No secret and no failure count. */

/** Where a person proved who they are: `admin`, or the id of a lane, counter or cabinet. */
export type AccessSurface = string;

export interface AccessEventBodies {
  PersonSignedIn: { personId: string; surface: AccessSurface };
  PersonSignedOut: { personId: string };
  /** Too many wrong attempts; told once each time the account is locked. */
  PersonLockedOut: { personId: string; surface: AccessSurface; seconds: number };
  PersonAdded: { personId: string; role: string; byPersonId: string };
  PersonChanged: { personId: string; what: string; byPersonId: string };
  PersonRemoved: { personId: string; byPersonId: string };
}

export const ACCESS_EVENT_TYPES = [
  'PersonSignedIn',
  'PersonSignedOut',
  'PersonLockedOut',
  'PersonAdded',
  'PersonChanged',
  'PersonRemoved',
] as const satisfies readonly (keyof AccessEventBodies)[];
