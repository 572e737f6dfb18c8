import { describe, expect, it } from 'vitest'
import { parseCoreTime } from '../../bench/tools/core-time.ts'
import { parseCoreList, versionIn } from '../../bench/tools/machine.ts'
import { parseDiskBytes, parseSmapsRollup, parseStat } from '../../bench/tools/processes.ts'
import { percentile, spreadOf } from '../../bench/tools/statistics.ts'
import { parseWrk } from '../../bench/tools/wrk.ts'

describe('statistics', () => {
  it('describes values by their median and range, in any order', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 })
    expect(spreadOf([10, 4, 1, 2])).toEqual({ median: 3, least: 1, most: 10 })
    expect(() => spreadOf([])).toThrow(RangeError)
  })

  it('takes the nearest rank as a percentile', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i)
    expect(percentile(hundred, 50)).toBe(50)
    expect(percentile(hundred, 99)).toBe(99)
    expect(percentile([7], 99)).toBe(7)
    expect(percentile([1, 2, 3], 0)).toBe(1)
  })
})

describe('what wrk printed', () => {
  const numbers = { requests: 1000, durationUs: 500_000, errors: 0, p50Us: 81.5, p99Us: 190 }

  it('is read from the line of the script, whatever is around it', () => {
    const text = `Running 1s test\n  1 threads\n\n${JSON.stringify(numbers)}\n`
    expect(parseWrk(text)).toEqual({
      requests: 1000,
      requestsPerSecond: 2000,
      p50Us: 81.5,
      p99Us: 190,
    })
  })

  it('is refused when a request failed, none was made or nothing was printed', () => {
    expect(() => parseWrk(JSON.stringify({ ...numbers, errors: 2 }))).toThrow('2 failures')
    expect(() => parseWrk(JSON.stringify({ ...numbers, requests: 0 }))).toThrow('0 requests')
    expect(() => parseWrk('unable to connect')).toThrow('unable to connect')
  })
})

describe('what the system says', () => {
  it('of a process: parent and processor time, whatever its name holds', () => {
    const text = '42 (a) b (c) R 7 42 42 0 -1 4194304 900 0 0 0 250 50 3 4 20 0 11 0 12345 1 1'
    expect(parseStat(text)).toEqual({ parent: 7, cpuTicks: 300 })
  })

  it('of its memory: the shared part and what it has alone', () => {
    const text =
      'head\nRss: 900 kB\nPss:   100 kB\nPss_Dirty: 5 kB\nPrivate_Clean: 10 kB\nPrivate_Dirty: 60 kB\n'
    expect(parseSmapsRollup(text)).toEqual({ shareBytes: 102_400, privateBytes: 71_680 })
    expect(() => parseSmapsRollup('Rss: 1 kB')).toThrow('Pss')
  })

  it('of its disk traffic: what was read and what was written, not what went through sockets', () => {
    const text = 'rchar: 900\nwchar: 800\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled: 0\n'
    expect(parseDiskBytes(text)).toBe(12_288)
    expect(() => parseDiskBytes('rchar: 1')).toThrow('no bytes')
  })

  it('of a core: busy is everything but idle and waiting', () => {
    const text =
      'cpu  9 9 9 9 9 9 9 9 9 9\ncpu1 100 0 50 800 20 0 10 20 7 0\ncpu10 1 1 1 1 1 1 1 1 1 1\n'
    expect(parseCoreTime(text, 1)).toEqual({ busySeconds: 1.8, totalSeconds: 10 })
    expect(() => parseCoreTime(text, 2)).toThrow('no core 2')
  })

  it('of the cores that may be used', () => {
    expect(parseCoreList('0-2,5')).toEqual([0, 1, 2, 5])
    expect(parseCoreList('3')).toEqual([3])
    expect(parseCoreList('')).toEqual([])
  })

  it('of a version, among other words', () => {
    expect(versionIn('nginx version: nginx/1.22.1')).toBe('1.22.1')
    expect(versionIn('wrk debian/4.1.0-3+b2 [epoll] Copyright (C) 2012')).toBe('4.1.0-3+b2')
    expect(versionIn('unknown')).toBe('unknown')
  })
})
