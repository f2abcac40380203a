/** Why a pack is not put in force, and what to do, in words. */
export type PackFailure =
  | 'PACK_MISSING'
  | 'PACK_UNKNOWN'
  | 'PACK_UNSIGNED'
  | 'PACK_BROKEN'
  | 'PACK_OLDER'
  | 'PACK_SELF_TEST'
  | 'PACK_NO_PREVIOUS';

export const PACK_FAILURES: Record<
  PackFailure,
  { message: { zh: string; en: string }; next: { zh: string; en: string } }
> = {
  PACK_MISSING: {
    message: { zh: '这里没有模型包', en: 'There is no pack there' },
    next: { zh: '给出含有 pack.json 的文件夹', en: 'Name a folder that holds pack.json' },
  },
  PACK_UNKNOWN: {
    message: { zh: '没有装过这个模型包', en: 'No such pack is installed' },
    next: { zh: '用 yike model list 看装了哪些', en: 'yike model list shows what is installed' },
  },
  PACK_UNSIGNED: {
    message: { zh: '模型包没有可信的签名', en: 'The pack has no signature that is trusted' },
    next: { zh: '用 --trust 给出制作者的公钥', en: 'Give its maker’s public key with --trust' },
  },
  PACK_BROKEN: {
    message: { zh: '模型包不完整', en: 'The pack is not whole' },
    next: { zh: '重新拷贝模型包', en: 'Copy the pack again' },
  },
  PACK_OLDER: {
    message: {
      zh: '已装过同样或更新的版本',
      en: 'This version or a newer one was installed before',
    },
    next: { zh: '要退回上一个，用 yike model rollback', en: 'To go back, use yike model rollback' },
  },
  PACK_SELF_TEST: {
    message: {
      zh: '模型在这台机器上自检不合格',
      en: 'The model failed its self-test on this machine',
    },
    next: { zh: '保留原来的模型；请联系制作者', en: 'The former one stays; tell the maker' },
  },
  PACK_NO_PREVIOUS: {
    message: { zh: '没有可以退回的模型', en: 'There is no pack to go back to' },
    next: { zh: '先安装一个模型包', en: 'Install a pack first' },
  },
};
