// Makes a picture of a page small: its colours are few, so each pixel becomes a number of a palette.
import { deflateSync, inflateSync } from "node:zlib";

const colours_max = 256;
const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

const table = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; ++bit) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
function crc(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = table[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
  const whole = Buffer.alloc(data.length + 12);
  whole.writeUInt32BE(data.length);
  whole.write(type, 4, "latin1");
  data.copy(whole, 8);
  whole.writeUInt32BE(crc(whole.subarray(4, data.length + 8)), data.length + 8);
  return whole;
}

function chunksOf(png) {
  const all = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    all.push({ type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return all;
}

function paeth(a, b, c) {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** Of a PNG with eight bits a channel, not interlaced, as Chromium writes it. */
function pixelsOf(png) {
  const chunks = chunksOf(png);
  const head = chunks[0].data;
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const size = head[9] === 6 ? 4 : 3;
  const raw = inflateSync(Buffer.concat(chunks.filter((one) => one.type === "IDAT").map((one) => one.data)));
  const stride = width * size;
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; ++y) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; ++x) {
      const at = y * stride + x;
      const a = x >= size ? out[at - size] : 0;
      const b = y > 0 ? out[at - stride] : 0;
      const c = x >= size && y > 0 ? out[at - stride - size] : 0;
      const add = [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter];
      out[at] = raw[y * (stride + 1) + 1 + x] + add;
    }
  }
  const colours = new Uint32Array(width * height);
  for (let i = 0; i < colours.length; ++i) colours[i] = (out[i * size] << 16) | (out[i * size + 1] << 8) | out[i * size + 2];
  return { width, height, colours };
}

const distance = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;

const alike = (colour) => colour & 0xf0f0f0;

/** The commonest colours, and of each other hue the commonest: a small red mark stays red. */
function paletteOf(counts) {
  const ranked = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const palette = ranked.slice(0, colours_max / 2);
  const hues = new Set(palette.map(alike));
  for (const colour of ranked) {
    if (palette.length === colours_max) break;
    if (hues.has(alike(colour))) continue;
    hues.add(alike(colour));
    palette.push(colour);
  }
  return palette;
}

/** Each colour that is not in the palette becomes the nearest that is. */
export function small(png) {
  const { width, height, colours } = pixelsOf(png);
  const counts = new Map();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = paletteOf(counts);
  const place = new Map(palette.map((colour, index) => [colour, index]));
  for (const colour of counts.keys()) {
    if (place.has(colour)) continue;
    let best = 0;
    for (let index = 1; index < palette.length; ++index) if (distance(palette[index], colour) < distance(palette[best], colour)) best = index;
    place.set(colour, best);
  }
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; ++y) for (let x = 0; x < width; ++x) rows[y * (width + 1) + 1 + x] = place.get(colours[y * width + x]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  head[9] = 3;
  const entries = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([signature, chunk("IHDR", head), chunk("PLTE", entries), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}
