import { EVENT_TYPES, type EventType } from '../../edge/core/events.ts';

/** Every event in a shopkeeper's Chinese; its type is its English. */
const WORDS: Record<EventType, string> = {
  Booted: '开机',
  Restored: '账本恢复',
  PriceBookActivated: '启用价格表',
  StockMoved: '库存变动',
  PlanogramPublished: '发布货架图',
  LotReceived: '登记批次',
  LotMarkedDown: '临期降价',
  LotRecalled: '召回批次',
  SlotsHeld: '货道停售',
  SlotsCleared: '货道处理完毕',
  ReplenishmentOrdered: '补货下单',
  ReplenishmentReceived: '补货到货',
  ReplenishmentCancelled: '补货取消',
  RefillStarted: '开始补货',
  RefillSlotCounted: '货道已补',
  RefillEnded: '补货结束',
  GalleryPublished: '发布识别图库',
  SaleStarted: '开始结账',
  LineAdded: '添加商品',
  LineQuantityChanged: '修改数量',
  LineVoided: '删除商品',
  SaleCancelled: '取消交易',
  TenderRequested: '发起收款',
  TenderCaptured: '收款成功',
  TenderDeclined: '收款被拒',
  TenderUnknown: '收款结果未知',
  TenderReversalRequested: '发起撤销',
  TenderReversed: '已撤销',
  SaleCompleted: '交易完成',
  ReceiptPrinted: '小票已打印',
  ReceiptFailed: '小票打印失败',
  LabelIssued: '开出价签',
  LabelPrinted: '价签已打印',
  LabelVoided: '作废价签',
  PersonSignedIn: '登录',
  PersonSignedOut: '退出登录',
  PersonLockedOut: '账号锁定',
  PersonAdded: '新增账号',
  PersonChanged: '账号变更',
  PersonRemoved: '删除账号',
};

/** Undefined for a type that this version does not know. */
export function wordsOf(type: string): string | undefined {
  const known = EVENT_TYPES.find((each) => each === type);
  return known && WORDS[known];
}
