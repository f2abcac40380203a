/** Words of the e-receipt. */
export const receipt = {
  'r.title': '电子小票',
  'r.no': '小票号',
  'r.time': '时间',
  'r.total': '合计',
  'r.vat': '其中增值税 {rate}',
  'r.check': '账本校验码',
  'r.print': '打印或存为 PDF',
  'r.missing': '没有找到这张小票',
  'r.missing_next': '请核对链接，或向店员出示付款记录',
  'r.failed': '小票没有取到',
  'r.failed_next': '请检查网络后刷新本页',
} as const;
