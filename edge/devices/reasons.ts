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
  PROGRAM_MISSING: reason(
    '缺少读摄像头的程序（ustreamer 或 ffmpeg）',
    'No program that reads the camera (ustreamer or ffmpeg) is installed',
    '安装：apt-get install ustreamer',
    'Install it: apt-get install ustreamer',
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
  MQTT_BROKER_DOWN: reason(
    '连不上消息服务器',
    'Message broker not reachable',
    '看网络和消息服务',
    'Check the network and the broker',
  ),
  MQTT_AUTH: reason(
    '消息服务器拒绝了账号',
    'The broker refused the account',
    '核对用户名和密码',
    'Check user and password',
  ),
  MQTT_LWT: reason(
    '断电或断网了',
    'It lost its power or its network',
    '看电源插座和指示灯，再看网线或 Wi-Fi',
    'Look at its socket and lamps, then at its cable or Wi-Fi',
  ),
  MQTT_STALE: reason(
    '设备在线但没有消息',
    'Connected, but says nothing',
    '重启该设备',
    'Restart the device',
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
  DEVICE_CHANGED: reason(
    '接上的不是原来那台设备',
    'Another device than the confirmed one is plugged in',
    '核对后确认：yike device confirm；秤要重新校准',
    'Check it, then `yike device confirm`; a scale needs its calibration anew',
  ),
  SCALE_CAL_DUE: reason(
    '检定已到期',
    'Its verification is due',
    '用砝码检查，或约检定机构',
    'Check it with weights, or call the verification office',
  ),
  DOOR_AJAR: reason('门没有关好', 'The door stands open', '请关好门', 'Close the door'),
  DOOR_FORCED: reason(
    '门没有开锁指令就打开了',
    'The door opened without being asked to',
    '到现场查看，核对货架',
    'Go and look, and count the shelves',
  ),
  LOCK_STUCK: reason(
    '开锁后锁没有弹开',
    'The lock did not open when told to',
    '检查锁舌有没有卡住，再试一次',
    'See whether the bolt is jammed, then try again',
  ),
  TEMP_HIGH: reason(
    '温度一直偏高',
    'The temperature stays too high',
    '关好门，检查制冷；必要时转移商品',
    'Close the door, check the cooling, move the goods if need be',
  ),
  AUDIT_BROKEN: reason(
    '售货机的审计数据不完整',
    'The machine’s audit is not whole',
    '看详情；先插紧审计线再读一次',
    'See the detail; seat the audit cable and read it again',
  ),
  CAM_BLOCKED: reason(
    '镜头可能被挡住',
    'Something may be in front of the lens',
    '移开挡住镜头的东西，擦镜头',
    'Take away what covers the lens and wipe it',
  ),
  DISABLED_BY: reason(
    '已被人停用',
    'Somebody switched it off',
    '处理好以后点「启用」，或 yike device enable',
    'When that is done: Enable, or `yike device enable`',
  ),
  RELEASED: reason(
    '串口暂时让出',
    'Its port is lent out for a while',
    '用完后 yike device claim 收回，到时也会自动收回',
    'Take it back with `yike device claim`; it comes back by itself when the time is up',
  ),
};
