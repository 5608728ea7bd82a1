// BLAKE3, as the specification has it, for reports that are written without the program. Plain and slow.

const IV = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const ORDER = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
const [CHUNK_START, CHUNK_END, PARENT, ROOT] = [1, 2, 4, 8];
const [BLOCK, CHUNK] = [64, 1024];

const turned = (word, by) => (word >>> by) | (word << (32 - by));

function mix(state, a, b, c, d, x, y) {
  state[a] = (state[a] + state[b] + x) | 0;
  state[d] = turned(state[d] ^ state[a], 16);
  state[c] = (state[c] + state[d]) | 0;
  state[b] = turned(state[b] ^ state[c], 12);
  state[a] = (state[a] + state[b] + y) | 0;
  state[d] = turned(state[d] ^ state[a], 8);
  state[c] = (state[c] + state[d]) | 0;
  state[b] = turned(state[b] ^ state[c], 7);
}

/** The first eight words of what a block comes to. */
function compress(chaining, block, counter, length, flags) {
  const state = Int32Array.from([...chaining, ...IV.slice(0, 4), counter, 0, length, flags]);
  let words = block;
  for (let round = 0; round < 7; round++) {
    for (let at = 0; at < 4; at++) mix(state, at, 4 + at, 8 + at, 12 + at, words[2 * at], words[2 * at + 1]);
    for (let at = 0; at < 4; at++) mix(state, at, 4 + ((at + 1) % 4), 8 + ((at + 2) % 4), 12 + ((at + 3) % 4), words[8 + 2 * at], words[9 + 2 * at]);
    words = ORDER.map((from) => words[from]);
  }
  return Array.from({ length: 8 }, (_, at) => state[at] ^ state[at + 8]);
}

function chunk(bytes, counter, root) {
  let chaining = IV;
  const blocks = Math.max(1, Math.ceil(bytes.length / BLOCK));
  for (let at = 0; at < blocks; at++) {
    const part = bytes.subarray(at * BLOCK, (at + 1) * BLOCK);
    const padded = Buffer.alloc(BLOCK);
    padded.set(part);
    const words = Array.from({ length: 16 }, (_, word) => padded.readInt32LE(4 * word));
    const last = at === blocks - 1;
    chaining = compress(chaining, words, counter, part.length, (at === 0 ? CHUNK_START : 0) | (last ? CHUNK_END | (root ? ROOT : 0) : 0));
  }
  return chaining;
}

function tree(bytes, counter, root) {
  if (bytes.length <= CHUNK) return chunk(bytes, counter, root);
  // The left side is the largest power of two of chunks that leaves something to the right.
  let left = CHUNK;
  while (2 * left < bytes.length) left *= 2;
  const sides = [...tree(bytes.subarray(0, left), counter, false), ...tree(bytes.subarray(left), counter + left / CHUNK, false)];
  return compress(IV, sides, 0, BLOCK, PARENT | (root ? ROOT : 0));
}

/** BLAKE3 of `bytes`, in hexadecimal digits. */
export function blake3(bytes) {
  const digest = Buffer.alloc(32);
  tree(bytes, 0, true).forEach((word, at) => digest.writeInt32LE(word, 4 * at));
  return digest.toString('hex');
}
