import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { verifyTranscript } from '@pinfi/sdk/verify';

const read = (path) => readFile(new URL(path, import.meta.url), 'utf8');

let good;

before(async () => {
  good = await read('../../tests/transcript.json');
});

test('verifyTranscript refuses what is no transcript', () => {
  assert.throws(() => verifyTranscript('{}'), { name: 'PinFiError', code: 'MalformedInput' });
  assert.throws(() => verifyTranscript('not JSON'), { code: 'MalformedInput' });
});

test('verifyTranscript refuses a claim that its content does not bear out', () => {
  const forged = JSON.parse(good);
  forged.response.openings[0].next.row = forged.response.openings[0].next.row.replace(/..$/, (byte) =>
    byte === '00' ? '01' : '00',
  );
  assert.throws(() => verifyTranscript(JSON.stringify(forged)), {
    code: 'WrongOutcome',
  });
});

test('verifyTranscript passes a proof that holds', () => {
  assert.deepEqual(verifyTranscript(good), { passed: true });
});
