/** Why there is no sure answer, in words: for the status page and the counter's hint. */
import type { EmbedFailure } from '../../models/contract.ts';
import type { Text } from '../core/ports.ts';

export type SightingReason =
  | EmbedFailure
  | 'CAM_DARK'
  | 'CAM_BLURRED'
  | 'NOTHING_TAUGHT'
  | 'STILL_LEARNING';

export interface ReasonInWords {
  message: Text;
  next: Text;
  /** Whether it may pass without anyone doing anything. */
  retry: boolean;
}

const reason = (
  zh: string,
  en: string,
  nextZh: string,
  nextEn: string,
  retry: boolean,
): ReasonInWords => ({ message: { zh, en }, next: { zh: nextZh, en: nextEn }, retry });

const FROM_LIST = ['请从列表选择商品', 'Choose the goods from the list'] as const;
const RESTORE = ['重新安装识别模型包', 'Install the model pack again'] as const;

export const SIGHTING_REASONS: Record<SightingReason, ReasonInWords> = {
  MODEL_MISSING: reason('识别模型文件不存在', 'The model file is missing', ...RESTORE, false),
  MODEL_BROKEN: reason('识别模型文件损坏', 'The model file is damaged', ...RESTORE, false),
  MODEL_SHAPE: reason(
    '识别模型与本程序不匹配',
    'The model does not fit this program',
    ...RESTORE,
    false,
  ),
  MODEL_NAN: reason('识别模型给出无效结果', 'The model gives no valid numbers', ...RESTORE, false),
  MODEL_SLOW: reason('识别超时', 'Recognition took too long', ...FROM_LIST, true),
  MODEL_CRASHED: reason('识别程序正在重启', 'Recognition is starting again', ...FROM_LIST, true),
  PICTURE_BAD: reason(
    '这张照片读不出来',
    'This picture cannot be read',
    '若一直如此，请检查摄像头的线',
    'If it goes on, check the cable of the camera',
    true,
  ),
  SUPERSEDED: reason('已换成更新的照片', 'A newer picture took its place', ...FROM_LIST, true),
  CLOSED: reason('识别已关闭', 'Recognition was closed', ...FROM_LIST, false),
  CAM_DARK: reason(
    '画面太暗或被挡住',
    'The picture is dark or covered',
    '擦镜头、开灯',
    'Wipe the lens, switch the light on',
    true,
  ),
  CAM_BLURRED: reason(
    '画面模糊',
    'The picture is blurred',
    '擦镜头、放稳商品',
    'Wipe the lens, let the goods lie still',
    true,
  ),
  STILL_LEARNING: reason(
    '本店商品还没有学全',
    'Not all goods of this store are learnt yet',
    '请核对后选择，或从列表选择',
    'Check before choosing, or choose from the list',
    true,
  ),
  NOTHING_TAUGHT: reason(
    '还没有学习过商品',
    'No goods have been learnt yet',
    '先用秤上的摄像头教商品',
    'Teach the goods with the camera of the scale first',
    false,
  ),
};
