// The tables of a job's results, declared where the simulation can fill them too.
export { catalogue, tableNames } from '../metrics/catalogue.ts';
export type { Column, Row, Table, TableName, Tables } from '../metrics/catalogue.ts';
