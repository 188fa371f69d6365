/** What is wrong with one .npy file: in a zip file and in a folder. */

import { sound } from './records.ts';
import { arrays, npy, npyHeader, npyText } from './writeRun.ts';

export const files = arrays(sound);
/** The header of Z with one thing changed. */
const head = (descr = '<f8', order = 'False', shape = '(3, 1, 5)') =>
  Buffer.concat([
    npyHeader(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`),
    files['Z.npy'].subarray(128),
  ]);
const bytesZ = files['Z.npy'];
const withByte = (at: number, x: number): Buffer => {
  const copy = Buffer.from(bytesZ);
  copy[at] = x;
  return copy;
};

export const ARRAYS: readonly [string, Uint8Array, RegExp][] = [
  ['nothing', Buffer.alloc(0), /expected the format of NumPy/],
  ['other bytes', Buffer.from('hello, this is no array'), /expected the format of NumPy/],
  ['another magic', withByte(1, 77), /expected the format of NumPy/],
  ['version 0', withByte(6, 0), /expected version 1, 2 or 3/],
  ['version 4', withByte(6, 4), /expected version 1, 2 or 3/],
  ['cut in its magic', bytesZ.subarray(0, 7), /ends within its header/],
  ['cut in its header', bytesZ.subarray(0, 40), /ends within its header/],
  ['cut in its numbers', bytesZ.subarray(0, -3), /the file is cut off/],
  ['too long', Buffer.concat([bytesZ, Buffer.alloc(8)]), /expected 120 bytes of numbers/],
  ['float16', head('<f2'), /expected numbers of type/],
  ['complex', head('<c16'), /expected numbers of type/],
  ['objects (pickle)', head('|O'), /expected numbers of type/],
  ['booleans', head('|b1'), /expected numbers of type/],
  ['integers', npy([3, 1, 5], Array(15).fill(1), { type: 'i8' }), /expected numbers of type f4 or f8/],
  ['a shape beyond memory', head('<f8', 'False', '(3, 99999999, 99999999)'), /bytes of numbers for shape/],
  ['a negative shape', head('<f8', 'False', '(3, -1, 5)'), /expected a header/],
  ['a shape of one number', npy([15], Array(15).fill(1)), /got shape \(15\)/],
  ['four dimensions', npy([3, 1, 1, 5], Array(15).fill(1)), /got shape \(3, 1, 1, 5\)/],
  ['an order of its own', head('<f8', '1'), /expected a header/],
  [
    'a header that runs code',
    Buffer.concat([npyHeader("__import__('os').system('x')"), Buffer.alloc(120)]),
    /expected a header/,
  ],
  [
    'a header without a shape',
    Buffer.concat([npyHeader("{'descr': '<f8', 'fortran_order': False, }"), Buffer.alloc(120)]),
    /expected a header/,
  ],
  [
    'a header with a key twice',
    Buffer.concat([npyHeader("{'descr': '<f8', 'descr': '<f4', 'shape': (3, 1, 5), }"), Buffer.alloc(120)]),
    /expected a header/,
  ],
  ['a text', npyText('[[1]]'), /expected numbers, got a text/],
];
