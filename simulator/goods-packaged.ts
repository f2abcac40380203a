import type { PackagedRow } from './goods.ts';

/**
 * Packaged goods of the demonstration store; every brand is left out on purpose. The GTIN is
 * 952 1000 + the article number + its check digit (952 is GS1's prefix for demonstrations).
 * VAT in China: 9 % for milk, eggs, flour, oil and the like, 13 % for the rest.
 * Columns: article, Chinese, English, aliases, category, fen, gross grams, VAT basis points,
 * picture.
 */
export const packagedRows: PackagedRow[] = [
  ['20101', '纯牛奶 250毫升', 'Milk 250 ml', '牛奶', 'dairy', 350, 268, 900, '1f95b'],
  ['20102', '纯牛奶 1升', 'Milk 1 l', '牛奶', 'dairy', 1290, 1062, 900, '1f95b'],
  ['20103', '原味酸奶 180克', 'Plain yogurt 180 g', '酸奶', 'dairy', 590, 194, 1300, '1fad9'],
  ['20104', '切片奶酪 166克', 'Sliced cheese 166 g', '芝士', 'dairy', 1680, 178, 1300, '1f9c0'],
  ['20105', '黄油 200克', 'Butter 200 g', '牛油', 'dairy', 2480, 208, 1300, '1f9c8'],
  ['20106', '甜筒冰淇淋', 'Ice cream cone', '雪糕', 'frozen', 650, 82, 1300, '1f366'],
  ['20107', '香草冰淇淋杯', 'Vanilla ice cream cup', '雪糕', 'frozen', 880, 96, 1300, '1f368'],
  ['20108', '三鲜水饺 500克', 'Dumplings 500 g', '饺子', 'frozen', 1980, 515, 1300, '1f95f'],
  ['20201', '苹果汁 250毫升', 'Apple juice 250 ml', '果汁', 'drink', 450, 268, 1300, '1f9c3'],
  ['20202', '可乐 500毫升', 'Cola 500 ml', '汽水', 'drink', 350, 532, 1300, '1f964'],
  ['20203', '无糖可乐 500毫升', 'Cola zero 500 ml', '汽水', 'drink', 350, 528, 1300, '1f964'],
  ['20204', '柠檬汽水 330毫升', 'Lemonade 330 ml', '雪碧', 'drink', 300, 348, 1300, '1f964'],
  ['20205', '矿泉水 550毫升', 'Mineral water 550 ml', '水', 'drink', 200, 570, 1300, '1f4a7'],
  ['20206', '矿泉水 1.5升', 'Mineral water 1.5 l', '水', 'drink', 450, 1538, 1300, '1f4a7'],
  ['20207', '茉莉绿茶 500毫升', 'Jasmine tea 500 ml', '绿茶', 'drink', 400, 530, 1300, '1f375'],
  ['20208', '冰红茶 500毫升', 'Iced tea 500 ml', '红茶', 'drink', 350, 530, 1300, '1fad6'],
  ['20209', '珍珠奶茶 450毫升', 'Bubble tea 450 ml', '奶茶', 'drink', 980, 478, 1300, '1f9cb'],
  ['20210', '拿铁咖啡 280毫升', 'Caffè latte 280 ml', '咖啡', 'drink', 790, 302, 1300, '2615'],
  ['20211', '椰子水 330毫升', 'Coconut water 330 ml', '椰汁', 'drink', 690, 348, 1300, '1f965'],
  ['20212', '冰杯 160克', 'Ice cup 160 g', '冰块', 'drink', 350, 176, 1300, '1f9ca'],
  ['20301', '啤酒 500毫升', 'Beer 500 ml', '听装啤酒', 'alcohol', 690, 516, 1300, '1f37a'],
  ['20302', '精酿啤酒 330毫升', 'Craft beer 330 ml', '啤酒', 'alcohol', 1580, 552, 1300, '1f37b'],
  ['20303', '干红葡萄酒 750毫升', 'Red wine 750 ml', '红酒', 'alcohol', 6800, 1240, 1300, '1f377'],
  ['20304', '黄酒 500毫升', 'Rice wine 500 ml', '料酒', 'alcohol', 1590, 880, 1300, '1f376'],
  ['20305', '起泡酒 750毫升', 'Sparkling wine 750 ml', '', 'alcohol', 8900, 1480, 1300, '1f37e'],
  ['20401', '吐司面包 400克', 'Toast 400 g', '面包', 'bakery', 1190, 412, 1300, '1f35e'],
  ['20402', '牛角面包', 'Croissant', '可颂', 'bakery', 680, 72, 1300, '1f950'],
  ['20403', '法棍', 'Baguette', '长棍', 'bakery', 1290, 262, 1300, '1f956'],
  ['20404', '贝果', 'Bagel', '', 'bakery', 690, 104, 1300, '1f96f'],
  ['20405', '甜甜圈', 'Doughnut', '', 'bakery', 590, 68, 1300, '1f369'],
  ['20406', '纸杯蛋糕', 'Cup cake', '', 'bakery', 850, 74, 1300, '1f9c1'],
  ['20407', '草莓蛋糕', 'Strawberry cake', '', 'bakery', 1680, 128, 1300, '1f370'],
  ['20408', '蛋黄月饼', 'Moon cake', '月饼', 'bakery', 980, 108, 1300, '1f96e'],
  ['20409', '松饼 2片', 'Pancakes, 2', '', 'bakery', 890, 126, 1300, '1f95e'],
  ['20501', '金枪鱼饭团', 'Tuna rice ball', '饭团', 'ready', 690, 118, 1300, '1f359'],
  ['20502', '鸡肉三明治', 'Chicken sandwich', '三明治', 'ready', 990, 152, 1300, '1f96a'],
  ['20503', '照烧鸡腿便当', 'Teriyaki box', '盒饭', 'ready', 1980, 438, 1300, '1f371'],
  ['20504', '蔬菜沙拉', 'Garden salad', '', 'ready', 1480, 226, 1300, '1f957'],
  ['20505', '寿司拼盘', 'Sushi plate', '', 'ready', 2680, 278, 1300, '1f363'],
  ['20506', '热狗', 'Hot dog', '烤肠', 'ready', 790, 136, 1300, '1f32d'],
  ['20507', '肉夹馍', 'Stuffed flatbread', '', 'ready', 1080, 168, 1300, '1f959'],
  ['20508', '鲜鸡蛋 10枚', 'Eggs, 10', '鸡蛋', 'ready', 1280, 590, 900, '1f95a'],
  ['20601', '红烧牛肉面', 'Beef noodles', '方便面,泡面', 'pantry', 550, 128, 1300, '1f35c'],
  ['20602', '东北大米 2千克', 'Rice 2 kg', '大米', 'pantry', 1880, 2030, 900, '1f35a'],
  ['20603', '番茄罐头 400克', 'Tinned tomatoes 400 g', '', 'pantry', 980, 478, 1300, '1f96b'],
  ['20604', '午餐肉 340克', 'Luncheon meat 340 g', '罐头', 'pantry', 1690, 402, 1300, '1f969'],
  ['20605', '精制食盐 400克', 'Salt 400 g', '盐', 'pantry', 250, 405, 900, '1f9c2'],
  ['20606', '洋槐蜂蜜 500克', 'Honey 500 g', '蜂蜜', 'pantry', 3980, 772, 900, '1f36f'],
  ['20607', '橄榄油 500毫升', 'Olive oil 500 ml', '食用油', 'pantry', 5980, 812, 900, '1fad2'],
  ['20608', '辣椒酱 280克', 'Chilli sauce 280 g', '辣酱', 'pantry', 1080, 448, 1300, '1fad9'],
  ['20701', '牛奶巧克力 100克', 'Milk chocolate 100 g', '', 'snack', 1280, 108, 1300, '1f36b'],
  ['20702', '曲奇饼干 150克', 'Cookies 150 g', '饼干', 'snack', 1180, 164, 1300, '1f36a'],
  ['20703', '水果硬糖 120克', 'Fruit drops 120 g', '糖果', 'snack', 690, 126, 1300, '1f36c'],
  ['20704', '棒棒糖', 'Lollipop', '', 'snack', 150, 16, 1300, '1f36d'],
  ['20705', '爆米花 90克', 'Popcorn 90 g', '', 'snack', 890, 104, 1300, '1f37f'],
  ['20706', '香米饼 84克', 'Rice crackers 84 g', '雪饼', 'snack', 750, 96, 1300, '1f358'],
  ['20707', '椒盐卷饼 80克', 'Pretzels 80 g', '', 'snack', 820, 92, 1300, '1f968'],
  ['20708', '薯条 75克', 'Potato sticks 75 g', '薯片', 'snack', 590, 86, 1300, '1f35f'],
  ['20709', '焦糖布丁', 'Caramel pudding', '', 'snack', 550, 118, 1300, '1f36e'],
  ['20801', '卷纸 4卷', 'Toilet paper, 4', '卫生纸', 'home', 1290, 462, 1300, '1f9fb'],
  ['20802', '香皂 100克', 'Soap 100 g', '肥皂', 'home', 490, 106, 1300, '1f9fc'],
  ['20803', '牙刷', 'Toothbrush', '', 'home', 890, 22, 1300, '1faa5'],
  ['20804', '洗手液 300毫升', 'Hand wash 300 ml', '', 'home', 1390, 348, 1300, '1f9f4'],
  ['20805', '五号电池 4节', 'AA batteries, 4', '干电池', 'home', 1190, 98, 1300, '1f50b'],
  ['20806', '海绵擦 2块', 'Sponges, 2', '百洁布', 'home', 590, 18, 1300, '1f9fd'],
  ['20807', 'LED灯泡', 'LED bulb', '电灯', 'home', 1580, 62, 1300, '1f4a1'],
];

/** Years of age below which the category may not be sold. */
export const minimumAges: Record<string, number> = { alcohol: 18 };

/** Recalled articles: still on a shelf somewhere, and no till may sell them. */
export const offSale = new Set(['20604']);

/** How each kind is bought and kept: days of sale, pieces in a pack, days to delivery. */
export const buying: Record<
  string,
  { shelfDays?: number; packSize: number; leadDays: number; keep?: 'chilled' | 'frozen' }
> = {
  dairy: { shelfDays: 12, packSize: 6, leadDays: 1, keep: 'chilled' },
  ready: { shelfDays: 3, packSize: 2, leadDays: 1, keep: 'chilled' },
  bakery: { shelfDays: 4, packSize: 4, leadDays: 1 },
  frozen: { packSize: 6, leadDays: 2, keep: 'frozen' },
  drink: { packSize: 12, leadDays: 2 },
  snack: { packSize: 10, leadDays: 2 },
};
