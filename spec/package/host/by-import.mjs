import express from 'express';
import * as frontier from 'frontier-token';
import issue from './issue.cjs';

await issue(express, frontier);
