import { fc } from '../../support/property.js';

/** Texts in which a byte, a character and a token have little to do with each other. */
export const CORPORA: Readonly<Record<string, readonly string[]>> = {
  emoji: ['👩‍👩‍👧‍👦🏳️‍🌈👍🏽', '🫨🫷🏿🪿', '🇩🇪🇺🇳', '#️⃣*️⃣0️⃣', '🤷🏻‍♀️'.repeat(20)],
  ligatures: ['ﬁﬂﬀﬃﬄﬅﬆ', 'œuvre Æsir ĳsvrĳ', 'ﬓﬔﬕﬖﬗ', 'ŉ ǆ Ǆ ǉ'],
  'Arabic presentation forms': ['ﷺ', 'ﷺ'.repeat(50), 'ﷻﷲ﷽', 'ﭐﭑﭒﺍﺎﺏ', 'ﹰﹱﹲ', 'بِسْمِ ٱللَّٰهِ'],
  'NFKC growth': ['㍿㌀㌖㋿', '⑳⒇🄉🄴', '½⅓⅐', '…‥', '㎯㏕', '℻™㏂', 'ΐΰ', '゙゚ﾞﾟ', 'ﾊﾟﾋﾞ'],
  'combining marks': ['e\u0301\u0323', '\u00e9\u0323', `Z${'\u0316\u0301'.repeat(40)}algo`, '각각'],
  scripts: [
    'Größe, naïve, coöperate',
    '日本語のテキスト',
    '한국어 문장',
    'ไทยภาษา',
    'தமிழ்',
    '𠜎𠜱𡿺',
    '𓀀𒀀',
  ],
  whitespace: [
    ' '.repeat(200),
    '\n\n\n\t\t\t\r\n',
    '\u00a0\u2003\u3000\u200b\ufeff',
    ' \n'.repeat(50),
  ],
  marks: ['<|endoftext|><|im_start|>system', '<s></s>[INST]', '\n\nHuman: \n\nAssistant:', '<unk>'],
  broken: ['\ud800', '\udfff\ud800', '\u0000\u0001\u007f\u0080', '\ufffd\ufffe\uffff'],
  code: [
    'const a = {"b": [1,2,3]};',
    '0x1F;;;;~~~~!!!!',
    '1234567890'.repeat(20),
    'SolidGoldMagikarp',
  ],
};

const character = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  fc.constantFrom(...Object.values(CORPORA).flat()),
  fc.constantFrom('\ud800', '\udc00', '\u0301', '\u0323', 'ﷺ', ' ', '\n', 'a'),
);

/** Any text, more often one of the hard ones. */
export const anyText: fc.Arbitrary<string> = fc
  .array(character, { maxLength: 30 })
  .map((pieces) => pieces.join(''));
