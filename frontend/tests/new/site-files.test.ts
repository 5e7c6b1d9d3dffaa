import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { joined, read } from '../../src/new/site-files.ts';

const TABLE = { file: 'a.csv', value: { columns: { load: [1, 2] }, start: '2023-01-01' } };

function parsed(value: Record<string, unknown>) {
  return { requirement: { file: 'a.json', value }, table: TABLE };
}

const LIMITS = { max_table: 20_000_000, max_body: 8_388_608 };

describe('a requirement and its table', () => {
  it('are joined as the terminal does', () => {
    assert.deepEqual(joined(parsed({ columns: 'a.csv', profiles: { sun: 1 } })), {
      start: '2023-01-01',
      profiles: { load: [1, 2], sun: 1 },
    });
  });

  it('wait for each other', () => {
    const { requirement } = parsed({ columns: 'a.csv' });
    assert.equal(joined({ requirement }), undefined);
    assert.deepEqual(joined({ requirement: { file: 'b.json', value: { name: 'b' } } }), {
      name: 'b',
    });
  });

  it('must not contradict each other', () => {
    assert.throws(() => joined(parsed({ start: '2024-01-01' })), { message: /start: .*a\.csv/ });
    assert.throws(() => joined(parsed({ profiles: { load: 1 } })), { message: /profiles\.load/ });
  });

  it('are one file each', async () => {
    const files = [new File(['{}'], 'a.json'), new File(['{}'], 'b.json')];
    await assert.rejects(read(files, {}, LIMITS), { message: /b\.json: is one file too many/ });
  });

  it('are refused unread if they are too large', async () => {
    const file = new File([''], 'a.csv');
    Object.defineProperty(file, 'size', { value: 20_000_001 });
    await assert.rejects(read([file], {}, LIMITS), {
      message: 'a.csv: should not have more than 20 MB',
    });
  });

  it('may start with a byte order mark', async () => {
    const files = await read([new File(['\uFEFF{"name": "a"}'], 'a.JSON')], {}, LIMITS);
    assert.deepEqual(files.requirement?.value, { name: 'a' });
  });
});
