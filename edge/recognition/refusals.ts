/** What teaching refuses, in words. Recognising never refuses: it says `unavailable` and why. */
import type { Refusal, Text } from '../core/ports.ts';

const say = (zh: string, en: string): Text => ({ zh, en });

const TABLE = {
  TEACH_CAMERA_DARK: [
    say('画面太暗，没有学习', 'The picture is too dark to learn from'),
    say('请擦拭镜头或打开秤台灯，再拍一次', 'Wipe the lens or turn the light on, then try again'),
  ],
  TEACH_CAMERA_BLURRED: [
    say('画面模糊，没有学习', 'The picture is too blurred to learn from'),
    say('请放稳商品、擦拭镜头，再拍一次', 'Let the goods lie still, wipe the lens, then try again'),
  ],
  TEACH_PICTURE_BAD: [
    say('这张照片读不出来', 'This picture cannot be read'),
    say('请再拍一次；若一直如此，请检查摄像头', 'Try again; if it goes on, check the camera'),
  ],
  TEACH_MODEL_UNAVAILABLE: [
    say(
      '识别程序没有运行，现在不能学习',
      'Recognition is not running, so nothing can be learnt now',
    ),
    say('仍可从列表销售；请联系技术员', 'Selling from the list still works; tell a technician'),
  ],
  NOTHING_TAUGHT: [
    say('这个商品没有可以撤销的照片', 'There is no picture of this item to take back'),
    say('请先拍照学习', 'Teach it a picture first'),
  ],
  SAMPLE_UNKNOWN: [
    say('没有这张样本', 'There is no such picture'),
    say('请刷新列表', 'Load the list again'),
  ],
  VERSION_UNKNOWN: [
    say('没有这个版本', 'There is no such version'),
    say('只保留最近几版；请刷新列表', 'Only the newest few are kept; load the list again'),
  ],
  REVIEW_UNKNOWN: [
    say('这条记录已经不在了', 'This one is no longer there'),
    say('记录最多留 72 小时；请看下一条', 'They stay for 72 hours at most; go on to the next'),
  ],
  REVIEW_DECIDED: [
    say('已经处理过了', 'This one is decided already'),
    say('要改，先撤销上一次的处理', 'To change it, undo the decision first'),
  ],
  LEARNING_MAKES_WORSE: [
    say(
      '新学的内容让原来认得的商品认错了，没有发布',
      'What was learnt makes known goods be mistaken, so it is not published',
    ),
    say(
      '看看列出的商品，删掉拍错的样本，或撤销这次学习',
      'Look at the goods listed: take wrong pictures back, or undo what was learnt',
    ),
  ],
  GALLERY_OTHER_PACK: [
    say('已学的商品属于另一个识别模型，不能使用', 'The learnt goods belong to another model'),
    say('请重新学习，或换回原来的模型', 'Teach the goods again, or put the former model back'),
  ],
  GALLERY_BROKEN: [
    say('已学商品的文件损坏', 'The file of learnt goods is damaged'),
    say('已改用上一份；请检查磁盘', 'The one before it is used; check the disk'),
  ],
  GALLERY_NEWER: [
    say('已学商品的文件来自更新的版本', 'The file of learnt goods comes from a newer version'),
    say('请升级软件，或重新学习', 'Update the software, or teach the goods again'),
  ],
} satisfies Record<string, [Text, Text]>;

export type RecognitionRefusalCode = keyof typeof TABLE;
export const RECOGNITION_REFUSALS = Object.keys(TABLE) as RecognitionRefusalCode[];

export function recognitionRefusal(
  code: RecognitionRefusalCode,
  detail?: Refusal['detail'],
): Refusal {
  const [message, next] = TABLE[code];
  return { code, message, next, ...(detail && { detail }) };
}

export function refuse(code: RecognitionRefusalCode, detail: Record<string, string | number>) {
  return { ok: false, refusal: recognitionRefusal(code, detail) } as const;
}
