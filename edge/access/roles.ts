/** Who may do what on the operator's pages. One table, read by the guard and shown to people. */
import type { Text } from '../core/ports.ts';

/**
 * `view` look at anything · `assist` help a shopper · `goods` refill, count, price · `money` refund,
 * close the day · `devices` check, restart, set up · `audit` who did what, exports · `settings`
 * configuration and keys · `access` accounts.
 */
export const PERMISSIONS = [
  'view',
  'assist',
  'goods',
  'money',
  'devices',
  'audit',
  'settings',
  'access',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ['operator', 'attendant', 'technician', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

const MAY: Record<Role, readonly Permission[]> = {
  operator: PERMISSIONS,
  attendant: ['view', 'assist', 'goods'],
  technician: ['view', 'devices'],
  auditor: ['view', 'audit'],
};

export const ROLE_NAMES: Record<Role, Text> = {
  operator: { zh: '店主', en: 'Operator' },
  attendant: { zh: '店员', en: 'Attendant' },
  technician: { zh: '技术员', en: 'Technician' },
  auditor: { zh: '审计', en: 'Auditor' },
};

export const mayDo = (role: Role, permission: Permission): boolean =>
  MAY[role].includes(permission);

export const permissionsOf = (role: Role): readonly Permission[] => MAY[role];
