import { findsItself } from './support.ts';

findsItself(import.meta.filename);
