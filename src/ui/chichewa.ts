import type { WordKey } from './english.ts';

/** Draft: no line has been read by a speaker who teaches the language. A missing word falls back to English. */
export const chichewa: { [K in WordKey]?: string } = {
  signIn: 'Lowani',
  signOut: 'Tulukani',
  email: 'Imelo',
  password: 'Mawu achinsinsi',
  repeatPassword: 'Tsimikizani mawu achinsinsi',
  language: 'Chilankhulo',
  home: 'Tsamba lalikulu',
  somethingWrong: 'Chinachake chalakwika',
  itemPrompt: 'Funso',
  itemMaxScore: 'Malikisi',
  bankSearchGo: 'Fufuzani',
  pageNext: 'Tsamba lotsatira',
  itemSave: 'Sungani',
};
