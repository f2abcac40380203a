/** Words of the operator's menu and of the accounts. */
export const rooms = {
  'n.menu': '菜单',
  'n.overview': '总览',
  'n.people': '账号',
  'n.diag': '诊断',
  'n.more': '更多',
  'pe.add': '新增账号',
  'pe.name': '姓名',
  'pe.role': '角色',
  'pe.until': '到 {day} 为止',
  'pe.disabled': '已停用',
  'pe.disable': '停用',
  'pe.enable': '启用',
  'pe.you': '这是您',
} as const;
