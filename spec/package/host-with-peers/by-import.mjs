import express from 'express';
import * as frontier from 'frontier-token';
import * as sql from 'frontier-token/sql';
import * as testing from 'frontier-token/testing';
import * as kysely from 'kysely';
import issue from './issue.cjs';

await issue(express, frontier, sql, testing, kysely);
