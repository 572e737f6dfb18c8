import { MapKeyTable } from '../../src/gateway/key-table.ts'
import { describeKeyTable } from './key-table.suite.ts'

describeKeyTable('MapKeyTable', () => new MapKeyTable())
