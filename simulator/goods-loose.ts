import type { LooseRow } from './goods.ts';

/**
 * Loose produce of the demonstration store. PLU numbers are those of the IFPS PLU list. `grams`
 * is what one hand lays down: one fruit, or (`handful`) a handful, punnet or bunch. Prices are
 * in fen, some per kilogram and some per 市斤 (500 g), as on a market's price cards.
 * Columns: article, PLU, Chinese, English, aliases, category, fen, per, grams, tare, picture.
 */
export const looseRows: LooseRow[] = [
  ['1001', '4131', '红富士苹果', 'Fuji apple', '苹果', 'fruit', 1196, 'kg', 204, 0, '1f34e'],
  ['1002', '4017', '青苹果', 'Granny Smith apple', '苹果', 'fruit', 1580, 'kg', 190, 0, '1f34f'],
  ['1003', '4011', '香蕉', 'Banana', '', 'fruit', 398, '500g', 165, 0, '1f34c'],
  ['1004', '4012', '脐橙', 'Navel orange', '橙子', 'fruit', 980, 'kg', 230, 0, '1f34a'],
  ['1005', '4053', '黄柠檬', 'Lemon', '柠檬', 'fruit', 1280, 'kg', 115, 0, '1f34b'],
  ['1006', '4960', '库尔勒香梨', 'Fragrant pear', '香梨,梨', 'fruit', 698, '500g', 125, 0, '1f350'],
  ['1007', '4038', '黄桃', 'Yellow peach', '桃子', 'fruit', 1380, 'kg', 180, 0, '1f351'],
  ['1008', '4959', '芒果', 'Mango', '', 'fruit', 1690, 'kg', 380, 0, '1f96d'],
  ['1009', '4430', '菠萝', 'Pineapple', '凤梨', 'fruit', 790, 'kg', 1450, 0, '1f34d'],
  ['1010', '4031', '西瓜', 'Watermelon', '', 'fruit', 198, '500g', 2600, 0, '1f349'],
  ['1011', '4050', '网纹瓜', 'Muskmelon', '哈密瓜,甜瓜', 'fruit', 598, '500g', 1250, 0, '1f348'],
  ['1012', '4957', '巨峰葡萄', 'Black grapes', '葡萄,提子', 'fruit', 1580, 'kg', 420, 10, '1f347'],
  ['1013', '4045', '车厘子', 'Cherries', '樱桃', 'fruit', 5980, 'kg', 150, 10, '1f352'],
  ['1014', '4246', '草莓', 'Strawberries', '', 'fruit', 2980, 'kg', 160, 10, '1f353'],
  ['1015', '4240', '蓝莓', 'Blueberries', '', 'fruit', 7980, 'kg', 125, 10, '1fad0'],
  ['1016', '4030', '猕猴桃', 'Kiwi fruit', '奇异果', 'fruit', 1980, 'kg', 98, 0, '1f95d'],
  ['1017', '4261', '椰子', 'Coconut', '老椰子', 'fruit', 890, 'kg', 720, 0, '1f965'],
  ['1018', '4225', '牛油果', 'Avocado', '鳄梨,油梨', 'fruit', 3980, 'kg', 195, 0, '1f951'],
  ['1021', '4799', '番茄', 'Tomato', '西红柿', 'vegetable', 458, '500g', 165, 0, '1f345'],
  ['1022', '4081', '茄子', 'Eggplant', '紫茄', 'vegetable', 398, '500g', 320, 0, '1f346'],
  ['1023', '4727', '土豆', 'Potato', '马铃薯,洋芋', 'vegetable', 238, '500g', 190, 0, '1f954'],
  ['1024', '4562', '胡萝卜', 'Carrot', '红萝卜', 'vegetable', 298, '500g', 140, 0, '1f955'],
  ['1025', '4078', '甜玉米', 'Sweet corn', '玉米', 'vegetable', 780, 'kg', 310, 0, '1f33d'],
  ['1026', '4697', '红辣椒', 'Red chilli', '辣椒', 'vegetable', 1180, 'kg', 80, 0, '1f336-fe0f'],
  ['1027', '4065', '青椒', 'Green pepper', '甜椒,菜椒', 'vegetable', 498, '500g', 175, 0, '1fad1'],
  ['1028', '4062', '黄瓜', 'Cucumber', '青瓜', 'vegetable', 368, '500g', 230, 0, '1f952'],
  ['1029', '4076', '生菜', 'Green lettuce', '莴苣', 'vegetable', 698, 'kg', 260, 10, '1f96c'],
  ['1030', '4060', '西兰花', 'Broccoli', '西蓝花', 'vegetable', 598, '500g', 420, 0, '1f966'],
  ['1031', '4608', '大蒜', 'Garlic', '蒜头', 'vegetable', 980, 'kg', 55, 0, '1f9c4'],
  ['1032', '4093', '洋葱', 'Onion', '圆葱', 'vegetable', 258, '500g', 210, 0, '1f9c5'],
  ['1033', '4612', '生姜', 'Ginger', '姜', 'vegetable', 1380, 'kg', 120, 0, '1fada'],
  ['1034', '4674', '豌豆', 'Green peas', '豌豆荚', 'vegetable', 1180, 'kg', 150, 10, '1fadb'],
  ['1035', '4532', '红芸豆', 'Kidney beans', '芸豆', 'vegetable', 1560, 'kg', 160, 10, '1fad8'],
  ['1036', '4645', '口蘑', 'Button mushrooms', '蘑菇', 'vegetable', 1880, 'kg', 90, 10, '1f344'],
  ['1037', '4816', '红薯', 'Sweet potato', '地瓜,番薯', 'vegetable', 328, '500g', 280, 0, '1f360'],
  ['1038', '4735', '南瓜', 'Pumpkin', '', 'vegetable', 228, '500g', 1800, 0, '1f383'],
  ['1039', '4889', '香菜', 'Coriander', '芫荽', 'vegetable', 1280, 'kg', 70, 10, '1f33f'],
  ['1040', '4536', '绿豆芽', 'Bean sprouts', '豆芽', 'vegetable', 298, '500g', 220, 10, '1f331'],
  ['1041', '4931', '生花生', 'Raw peanuts', '花生', 'nut', 1280, 'kg', 180, 10, '1f95c'],
  ['1042', '4927', '板栗', 'Chestnuts', '栗子', 'nut', 1680, 'kg', 170, 10, '1f330'],
];

/** Articles whose `grams` is a handful, not one piece: nothing is known of a piece's mass. */
export const handfuls = new Set(
  '1012 1013 1014 1015 1029 1034 1035 1036 1039 1040 1041 1042'.split(' '),
);
