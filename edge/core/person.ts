/** Who answers for something done by hand, as the log-in names them. */
export interface Person {
  id: string;
  name: string;
}

/** Something staff did, and why; `approvedBy` is the second person above the store's limit. */
export interface Warrant {
  by: Person;
  reason: string;
  approvedBy?: Person;
}

/** Whether two different people stand behind it. */
export const isWitnessed = ({ by, approvedBy }: Warrant): boolean =>
  approvedBy !== undefined && approvedBy.id !== by.id;
