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
import { t, tn, translate, translateTitle } from '../../src/i18n/texts.ts';
import { unitName } from '../../src/i18n/unit-name.ts';
import type { MessageJson } from '../../src/schema/generated.ts';

/** With plain spaces, to be readable here. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

function message(id: string, values: MessageJson['values'] = {}): MessageJson {
  return { id, values };
}

function inSentences(...texts: [MessageJson, ...MessageJson[]]): MessageJson {
  return texts.reduce((sentences, sentence) =>
    message('%(sentences)s %(sentence)s', { sentences, sentence }),
  );
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
      assert.equal(unitName(`${currency}/m2`), `${name}/m²`);
    }
  });

  it('writes units with the names of currencies', () => {
    assert.equal(unitName('CHF/EUR'), '瑞士法郎/欧元');
    assert.equal(unitName('kWh'), 'kWh');
  });

  it('keeps units, and translates those of time', () => {
    assert.equal(plain(format.energy(12_345_678)), '12.3 GWh');
    assert.equal(format.gap(0.0121), '1.3%');
    assert.equal(format.percent(43, 100), '43%');
    assert.equal(plain(format.duration(42_900)), '42 秒');
    assert.equal(plain(format.duration(187_000)), '3 分 07 秒');
    assert.equal(plain(format.duration(7_500_000)), '2 小时 05 分');
    assert.equal(plain(format.estimate(100)), '约 2 分钟');
    assert.equal(plain(format.estimate(110, 350)), '2 至 6 分钟');
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

  it('are found for what a search said, with its figures', () => {
    const better = message('Found a better plan: %(cost)s a year', {
      cost: message('%(amount)s %(currency)s', { amount: 2254072, currency: 'EUR' }),
    });
    const when = {
      step: 17,
      moment: message('%(day)s January, %(time)s', { day: 1, time: '17:00' }),
    };
    const close = message("; did you mean '%(close)s'?", { close: 'tiny' });
    const cases: [MessageJson, string][] = [
      [message('Gas boiler'), '燃气锅炉'],
      [better, '找到更优方案：每年 2,254,072 EUR'],
      [
        message('%(part)s: %(status)s', {
          part: message('Alternative %(number)s', { number: 2 }),
          status: better,
        }),
        '备选方案 2：找到更优方案：每年 2,254,072 EUR',
      ],
      [message('%(name)s (%(place)s)', { name: 'Heat', place: 'north' }), '热力（北区）'],
      [
        message('%(reason)s This part is begun again.', {
          reason: message('The worker that ran it was lost.'),
        }),
        '执行它的工作进程已失联。该子任务重新开始。',
      ],
      [
        inSentences(
          message('No plan can meet all demands.'),
          message('%(name)s falls short by up to %(amount)s (%(when)s).', {
            name: 'heat',
            amount: message('%(short)s kW of %(power)s kW', { short: 3.5, power: 10 }),
            when: message('%(moment)s; in %(often)s of %(power)s steps', {
              moment: when.moment,
              often: 3,
              power: 24,
            }),
          }),
          message('What may help: %(helpful)s.', {
            helpful: [
              message('raising %(field)s', { field: 'budget' }),
              message('enabling %(name)s', { name: 'gas-boiler' }),
            ],
          }),
        ),
        '没有方案能满足全部需求。热力最大缺口 3.5 kW（需求 10 kW）（1月1日 17:00；共 3/24 个时段）。可尝试：提高 budget、启用 gas-boiler。',
      ],
      [
        message('should %(said)s: it is %(value)s in step %(step)s (%(moment)s)', {
          said: message('not be negative'),
          value: -1,
          ...when,
        }),
        '应不为负，第 17 个时段（1月1日 17:00）实际为 -1',
      ],
      [
        message('should not be above max_level, as it is%(where)s', {
          where: message(' in step %(step)s (%(moment)s)', when),
        }),
        '不应高于 max_level，现已高于（第 17 个时段，1月1日 17:00）',
      ],
      [
        message("'%(name)s' is not a sample%(near)s", { name: 'foo', near: close }),
        "'foo' 不是示例；您是否指 'tiny'？",
      ],
      [
        message('%(problem)s, not %(value)s', {
          problem: message('should be greater than or equal to %(ge)s', { ge: 0 }),
          value: '-5',
        }),
        '应大于或等于 0，而不是 -5',
      ],
    ];
    for (const [said, text] of cases) assert.equal(translate('English', said), text);
  });

  it('show the figures of a message as Chinese has them', () => {
    const stated = message('should not be negative: %(value)s', { value: 1234567.25 });
    assert.equal(translate('English', stated), 'should not be negative: 1,234,567.25');
    const carriers = message('%(carriers)s', { carriers: ['heat', 'cooling', 'my own'] });
    assert.equal(translate('English', carriers), '热力、冷量、my own');
  });

  it('are labels of ours where there is no message, and leave alone what people have named', () => {
    assert.equal(translate('heat'), '热力');
    for (const name of ['Tank: the old one', 'Boiler (mine)', 'My heat, my rules. And more.', '']) {
      assert.equal(translate(name), name);
    }
    for (const name of ['one of three', 'heat, cooling', 'constructor']) {
      assert.equal(translate(name), name);
    }
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
    const node = { id: 'demand:heat', kind: 'demand', label: '热力', carrier: 'heat' } as const;
    const flow = { source: '', target: '', carrier: 'heat', kwh: 5000, direction: 'in', other: '' };
    const { label, measure } = caption(node, [{ ...flow, direction: 'in' }], USUAL);
    assert.deepEqual([label, measure.map(plain)], [['热力'], ['负荷 5.00 MWh']]);
  });
});
