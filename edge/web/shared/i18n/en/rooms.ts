import type { rooms as zh } from '../zh/rooms.ts';

/** Words of the operator's menu and of the accounts. */
export const rooms: Record<keyof typeof zh, string> = {
  'n.menu': 'Menu',
  'n.overview': 'Overview',
  'n.people': 'People',
  'n.diag': 'Diagnostics',
  'n.more': 'More',
  'pe.add': 'Add a person',
  'pe.name': 'Name',
  'pe.role': 'Role',
  'pe.until': 'until {day}',
  'pe.disabled': 'Disabled',
  'pe.disable': 'Disable',
  'pe.enable': 'Enable',
  'pe.you': 'You',
};
