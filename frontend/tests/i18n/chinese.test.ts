import './in-chinese.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  dateOf,
  day,
  dayAndHour,
  dayAndMonth,
  hourOfDay,
  month,
} from '../../src/charts/calendar.ts';
import { costLabel, timeLabel } from '../../src/charts/convergence-axis.ts';
import { caption } from '../../src/diagram/node-caption.ts';
import { USUAL } from '../../src/diagram/type-sizes.ts';
import * as format from '../../src/i18n/format.ts';
import { t, tn, translateLabel, translateMessage, translateTitle } from '../../src/i18n/texts.ts';

/** With plain spaces, to be readable here. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

describe('quantities in Chinese', () => {
  it('counts money in ten thousands, with the currency after the amount', () => {
    const cases: [number, string][] = [
      [1_243_817, '124 万欧元'],
      [12_438_170, '1,244 万欧元'],
      [9_998, '1.00 万欧元'],
      [2_100_000_000, '21.0 亿欧元'],
      [842, '842 欧元'],
      [-59_880, '−5.99 万欧元'],
    ];
    for (const [euros, text] of cases) assert.equal(plain(format.money(euros)), text);
    assert.equal(plain(format.exactMoney(1_243_817.4)), '1,243,817 欧元');
    assert.equal(plain(format.exactMoney(-5988.4)), '−5,988 欧元');
    assert.equal(plain(format.perYear(1_243_817)), '124 万欧元/年');
    assert.equal(plain(costLabel(2_255_000, 5000)), '225.5 万欧元');
    assert.equal(plain(costLabel(250, 50)), '250 欧元');
  });

  it('names currencies, and writes the code of one without a name', () => {
    const cases = { CNY: '人民币', USD: '美元', CHF: '瑞士法郎', GBP: '英镑', XYZ: 'XYZ' };
    for (const [currency, name] of Object.entries(cases)) {
      assert.equal(plain(format.money(5_330_000, currency)), `533 万${name}`);
      assert.equal(format.unitName(`${currency}/m2`), `${name}/m²`);
    }
  });

  it('writes units with the names of currencies', () => {
    assert.equal(format.unitName('CHF/EUR'), '瑞士法郎/欧元');
    assert.equal(format.unitName('kWh'), 'kWh');
  });

  it('keeps units, and translates those of time', () => {
    assert.equal(plain(format.energy(12_345_678)), '12.3 GWh');
    assert.equal(format.gap(0.0121), '1.3%');
    assert.equal(format.percent(43, 100), '43%');
    assert.equal(plain(format.duration(42_900)), '42 秒');
    assert.equal(plain(format.duration(187_000)), '3 分 07 秒');
    assert.equal(plain(format.duration(7_500_000)), '2 小时 05 分');
    assert.equal(plain(format.estimate(100)), '约 2 分钟');
    assert.equal(plain(timeLabel(5_400_000)), '1.5 小时');
    assert.equal(format.list(['a', 'b', 'c']), 'a、b和c');
  });

  it('writes dates with the year first', () => {
    assert.equal(
      format.dateAndTime(new Date(2026, 10, 23, 9, 12).getTime()),
      '2026年11月23日 09:12',
    );
    const at = Date.UTC(2023, 0, 9, 14);
    assert.equal(dateOf('2023-01-09'), '2023年1月9日');
    assert.equal(month(at), '1月');
    assert.equal(dayAndMonth(at), '1月9日');
    assert.equal(day(at), '2023年1月9日周一');
    assert.equal(dayAndHour(at), '1月9日周一 14:00');
    assert.equal(hourOfDay(Date.UTC(2023, 0, 9), 14), '2023年1月9日周一 14:00');
  });
});

describe('texts in Chinese', () => {
  it('come with their values, whatever the number', () => {
    assert.equal(t('%(count)s watching', { count: 2 }), '2 人在看');
    assert.equal(tn('%(n)s search', '%(n)s searches', 1), '1 个任务');
    assert.equal(tn('%(n)s search', '%(n)s searches', 5), '5 个任务');
    assert.equal(t('Nobody has translated this'), 'Nobody has translated this');
  });

  it('are found for the messages of a search, with their figures', () => {
    const cases: [string, string][] = [
      ['Gas boiler', '燃气锅炉'],
      ['Found a better plan: 2,254,072 EUR a year', '找到更优方案：每年 2,254,072 EUR'],
      [
        'Alternative 2: Found a better plan: 2,254,072 EUR a year',
        '备选方案 2：找到更优方案：每年 2,254,072 EUR',
      ],
      ['Heat (north)', '热力（北区）'],
      [
        'The worker that ran it was lost. This part is begun again.',
        '执行它的工作进程已失联。该子任务重新开始。',
      ],
      ['heat, cooling', '热力、冷量'],
      [
        'No plan can meet all demands. heat falls short by up to 3.5 kW of 10 kW (1 January, 17:00; in 3 of 24 steps). What may help: raising budget, enabling gas-boiler.',
        '没有方案能满足全部需求。热力最大缺口 3.5 kW（需求 10 kW）（1月1日 17:00；共 3/24 个时段）。可尝试：提高 budget、启用 gas-boiler。',
      ],
      [
        'should not be negative: it is -1 in step 17 (1 January, 17:00)',
        '应不为负，第 17 个时段（1月1日 17:00）实际为 -1',
      ],
      [
        'should not be above max_level, as it is in step 17 (1 January, 17:00)',
        '不应高于 max_level，现已高于（第 17 个时段，1月1日 17:00）',
      ],
      [
        "'gird' is not one of `supplies`; did you mean 'mains'?",
        "'gird' 不在 `supplies` 中；您是否指 'mains'？",
      ],
      ["'foo' is not a sample; did you mean 'tiny'?", "'foo' 不是示例；您是否指 'tiny'？"],
      ['should be greater than or equal to 0, not -5', '应大于或等于 0，而不是 -5'],
    ];
    for (const [english, text] of cases) assert.equal(translateMessage(english), text);
  });

  it('leave names that people have given', () => {
    for (const name of ['Tank: the old one', 'Boiler (mine)', 'My heat, my rules. And more.', '']) {
      assert.equal(translateMessage(name), name);
    }
    for (const name of ['one of three', 'heat, cooling']) assert.equal(translateLabel(name), name);
  });

  it('are found for the title of a sample, but not for a name that a person gave', () => {
    assert.equal(translateTitle('University campus'), '大学校园');
    for (const name of [
      'University campus (no CHP)',
      'Gas boiler',
      'Heat: Cooling',
      'constructor',
    ]) {
      assert.equal(translateTitle(name), name);
    }
  });
});

describe('a caption in Chinese', () => {
  it('names the energy of demands and supplies', () => {
    const node = { id: 'demand:heat', kind: 'demand', label: '热力' } as const;
    const flow = { source: '', target: '', carrier: 'heat', kwh: 5000, direction: 'in', other: '' };
    const { label, measure } = caption(node, [{ ...flow, direction: 'in' }], USUAL);
    assert.deepEqual([label, measure.map(plain)], [['热力'], ['负荷 5.00 MWh']]);
  });
});
