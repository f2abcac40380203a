/** Why the store itself is not well: codes beside those of its devices, in words, with a next step. */
import type { Text } from './ports.ts';

export const STORE_REASON_CODES = [
  'SAFE_MODE',
  'LEDGER_CHECK',
  'LEDGER_WEAK',
  'DISK_LOW',
  'CLOCK_SKEW',
  'PAYMENT_OVERDUE',
  'SYNC_REFUSED',
  'SYNC_DOWN',
  'CERT_EXPIRING',
  'MODEL_MISSING',
  'MODEL_BROKEN',
  'MODEL_SLOW',
] as const;
export type StoreReason = (typeof STORE_REASON_CODES)[number];

export interface StoreReasonWords {
  title: Text;
  next: Text;
}

const say = (zh: string, en: string): Text => ({ zh, en });
const reason = (title: Text, next: Text): StoreReasonWords => ({ title, next });

export const STORE_REASONS: Record<StoreReason, StoreReasonWords> = {
  SAFE_MODE: reason(
    say('以安全模式启动，设备没有打开', 'Started in safe mode: no device is open'),
    say('查出原因后重启', 'Find the cause, then restart'),
  ),
  LEDGER_CHECK: reason(
    say('账本检查没有通过', 'The ledger did not pass its check'),
    say(
      '不要删除任何数据；运行 yike ledger verify，联系维护人员',
      'Delete nothing; run `yike ledger verify` and call the maintainers',
    ),
  ),
  LEDGER_WEAK: reason(
    say('账本没有逐笔落盘', 'The ledger does not write every sale through'),
    say('联系维护人员', 'Call the maintainers'),
  ),
  DISK_LOW: reason(
    say('磁盘空间不足', 'The disk is running full'),
    say('删除旧的日志和图片', 'Remove old logs and pictures'),
  ),
  CLOCK_SKEW: reason(
    say('本机时钟不准', 'The clock of this box is wrong'),
    say(
      '打开网络校时：timedatectl set-ntp true；断电后又错就换主板电池',
      'Set it from the network: timedatectl set-ntp true; wrong again after a power cut: change its battery',
    ),
  ),
  PAYMENT_OVERDUE: reason(
    say('有付款超过 5 分钟没有结果', 'A payment has no result after 5 minutes'),
    say('到「协助」处理', 'See Assist'),
  ),
  SYNC_REFUSED: reason(
    say('与总部的同步被拒', 'Sync with head office is refused'),
    say('照常营业；到「同步」看原因，联系总部', 'Sales go on; see Sync for why, call head office'),
  ),
  SYNC_DOWN: reason(
    say('总部断开，记录存在本机', 'Head office is out of reach; records wait here'),
    say('检查网络；照常营业，恢复后自动上传', 'Check the network; sales go on and follow'),
  ),
  CERT_EXPIRING: reason(
    say('管理页面的证书快到期', 'The certificate of the operator’s page ends soon'),
    say('换上新证书，再重启控制器', 'Put the new certificate in place, then restart'),
  ),
  MODEL_MISSING: reason(
    say('识别模型文件不存在', 'The recognition model is missing'),
    say(
      '重新安装识别模型包；暂时从列表选商品',
      'Install the model pack again; the pick list works meanwhile',
    ),
  ),
  MODEL_BROKEN: reason(
    say('识别模型不能用', 'The recognition model does not work'),
    say(
      '重新安装识别模型包；暂时从列表选商品',
      'Install the model pack again; the pick list works meanwhile',
    ),
  ),
  MODEL_SLOW: reason(
    say('识别变慢', 'Recognition is slow'),
    say(
      '关掉别的程序；检查散热：yike doctor',
      'Close other programs and look at the cooling: `yike doctor`',
    ),
  ),
};
