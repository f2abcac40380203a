/** Why a device is not well, in words, and what to do next. Codes come from the drivers. */
import type { ReasonCode } from '../../drivers/contract.ts';
import type { Text } from '../core/ports.ts';

export interface Reason {
  why: Text;
  next: Text;
}

const reason = (zh: string, en: string, nextZh: string, nextEn: string): Reason => ({
  why: { zh, en },
  next: { zh: nextZh, en: nextEn },
});

export const REASONS: Record<ReasonCode, Reason> = {
  PORT_MISSING: reason(
    '串口不存在，线可能被拔出',
    'The port is gone; the cable may be unplugged',
    '插回数据线，插到原来的口',
    'Plug the cable back into the same socket',
  ),
  PORT_BUSY: reason(
    '串口被别的程序占用',
    'Another program holds the port',
    '结束占用串口的程序',
    'Close the program that holds it',
  ),
  PORT_DENIED: reason(
    '没有权限打开串口',
    'No permission to open the port',
    '把服务账号加入 dialout 组',
    'Add the service account to the dialout group',
  ),
  NO_REPLY: reason(
    '端口已开，设备没有回应',
    'The port is open but the device is silent',
    '检查电源、数据线和波特率',
    'Check power, cable and baud rate',
  ),
  BAD_FRAMES: reason(
    '收到很多乱码',
    'Many damaged frames',
    '核对波特率和校验位，检查接地',
    'Check baud rate, parity and grounding',
  ),
  WRONG_DEVICE: reason(
    '回应的不是这种设备',
    'Something else answered',
    '线可能插错了口，请对照标签',
    'The cable may be in the wrong socket; compare the labels',
  ),
  UNREACHABLE: reason(
    '网络上连不到设备',
    'The device cannot be reached over the network',
    '检查网线、电源和地址',
    'Check network cable, power and address',
  ),
  AUTH_REFUSED: reason(
    '密钥或证书被拒绝',
    'Key or certificate refused',
    '核对商户号和密钥',
    'Check merchant number and key',
  ),
  PAPER_OUT: reason('没有纸了', 'Out of paper', '请换纸卷', 'Load a new roll'),
  PAPER_LOW: reason('纸快用完了', 'Paper is low', '准备一卷新纸', 'Have a new roll ready'),
  COVER_OPEN: reason('盖子没有合上', 'The cover is open', '请合上盖子', 'Close the cover'),
  PRINTER_ERROR: reason(
    '打印机故障（切刀或机械）',
    'Printer fault (cutter or mechanics)',
    '关机检查有没有卡纸',
    'Switch it off and look for jammed paper',
  ),
  STATUS_UNKNOWN: reason(
    '看不懂打印机的状态回答',
    'The printer’s status is not understood',
    '在配置里选择这台打印机的型号',
    'Choose this printer’s model in its options',
  ),
  SCALE_NOT_ZERO: reason(
    '空秤没有归零',
    'Not at zero when empty',
    '清空秤盘并置零',
    'Clear the plate and zero it',
  ),
  SCALE_UNDER_ZERO: reason(
    '低于零',
    'Below zero',
    '检查秤盘是否放好，再置零',
    'Seat the plate, then zero it',
  ),
  SCALE_OVER: reason('超过量程', 'Over capacity', '拿下一部分商品', 'Take some of the goods off'),
  SCALE_FAULT: reason(
    '秤自报故障',
    'The scale reports a fault',
    '重新开机；仍不行请报修',
    'Restart it; if it stays, call service',
  ),
  SCALE_UNSTABLE: reason(
    '一直不稳定',
    'Never settles',
    '检查有没有风或碰到秤盘的东西',
    'Look for draught or anything touching the plate',
  ),
  CAM_DARK: reason(
    '画面太暗或被挡住',
    'The picture is dark or covered',
    '擦镜头、开灯',
    'Wipe the lens, switch the light on',
  ),
  CAM_LOST: reason(
    '摄像头断开',
    'The camera is gone',
    '检查摄像头的线和电源',
    'Check its cable and power',
  ),
};
