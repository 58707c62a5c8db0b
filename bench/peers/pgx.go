// Command pgx migrates many databases in one process: the runner one writes in an afternoon on a
// good library. A goroutine for each database, JOBS of them at work; for each migration a
// transaction, a message for each of its statements (with -whole: for the file), and a row in a
// ledger with pgmarch's columns. No lock, no guard, no report.
//
//	pgx [-whole] JOBS up|status DIR < URLS
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgconn"
	"github.com/jackc/pgx/v4"
)

const (
	create = `CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY,
		applied_at timestamp DEFAULT current_timestamp, description text, checksum text,
		duration_ms bigint, run_id text)`
	record = `INSERT INTO schema_migrations (version, description, checksum, duration_ms, run_id)
		VALUES ($1, $2, $3, $4, $5)`  // pgx prepares it, once for each connection
	read         = `SELECT version, checksum FROM schema_migrations`
	missingTable = "42P01"
)

var (
	ctx     = context.Background()
	run     = strconv.FormatInt(time.Now().UnixNano(), 36)
	opening = regexp.MustCompile(`[;'"]|--|/\*|\$\w*\$`)
	closing = map[string]string{"--": "\n", "/*": "*/"} // the others end as they begin
)

type migration struct {
	version, name, checksum string
	statements              []string
}

// split knows strings, names, comments and bodies between dollars, which is what the benchmark's
// files have: no backslash before a quote, no comment in a comment, no BEGIN ATOMIC.
func split(sql string) (statements []string) {
	begin, at := 0, 0
	for {
		found := opening.FindStringIndex(sql[at:])
		if found == nil {
			break
		}
		word := sql[at+found[0] : at+found[1]]
		at += found[1]
		if word == ";" {
			statements = append(statements, sql[begin:at])
			begin = at
			continue
		}
		end := closing[word]
		if end == "" {
			end = word
		}
		_, rest, _ := strings.Cut(sql[at:], end)
		at = len(sql) - len(rest)
	}
	if strings.TrimSpace(sql[begin:]) != "" {
		statements = append(statements, sql[begin:])
	}
	return statements
}

func load(dir string, whole bool) (migrations []migration) {
	paths, _ := filepath.Glob(filepath.Join(dir, "*.up.sql")) // in the order of their names
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			log.Fatal(err)
		}
		stem := strings.TrimSuffix(filepath.Base(path), ".up.sql")
		version, name, _ := strings.Cut(stem, "_")
		m := migration{version, name, fmt.Sprintf("%x", sha256.Sum256(text)), []string{string(text)}}
		if !whole {
			m.statements = split(string(text))
		}
		migrations = append(migrations, m)
	}
	return migrations
}

func (m migration) apply(conn *pgx.Conn) error {
	begun := time.Now()
	return conn.BeginFunc(ctx, func(tx pgx.Tx) error {
		for _, statement := range m.statements {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		took := time.Since(begun).Milliseconds()
		_, err := tx.Exec(ctx, record, m.version, m.name, m.checksum, took, run)
		return err
	})
}

// applied gives the checksum of each version in the ledger, and whether there is a ledger.
func applied(conn *pgx.Conn) (found map[string]string, there bool, err error) {
	found = map[string]string{}
	var version, checksum string
	_, err = conn.QueryFunc(ctx, read, []interface{}{pgx.QuerySimpleProtocol(true)},
		[]interface{}{&version, &checksum}, func(pgx.QueryFuncRow) error {
			found[version] = checksum
			return nil
		})
	if said := (*pgconn.PgError)(nil); errors.As(err, &said) && said.Code == missingTable {
		return found, false, nil
	}
	return found, true, err
}

func visit(url string, migrations []migration, up bool) (pending int, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	found, there, err := applied(conn)
	if err == nil && !there && up {
		_, err = conn.Exec(ctx, create)
	}
	for i := 0; i < len(migrations) && err == nil; i++ {
		m := migrations[i]
		if checksum, done := found[m.version]; done && checksum != m.checksum {
			err = fmt.Errorf("%s has changed", m.version)
		} else if !done && up {
			err = m.apply(conn)
		} else if !done {
			pending++
		}
	}
	return pending, err
}

func main() {
	whole := flag.Bool("whole", false, "a message for each file")
	flag.Parse()
	jobs, err := strconv.Atoi(flag.Arg(0))
	if err != nil || flag.NArg() != 3 {
		log.Fatal("usage: pgx [-whole] JOBS up|status DIR < URLS")
	}
	migrations := load(flag.Arg(2), *whole)
	urls := make(chan string)
	failures := make([]error, jobs)
	var working sync.WaitGroup
	working.Add(jobs)
	for i := 0; i < jobs; i++ {
		go func(failure *error) {
			defer working.Done()
			for url := range urls {
				pending, err := visit(url, migrations, flag.Arg(1) == "up")
				if err != nil {
					*failure = err
				}
				fmt.Println(pending, "pending", err)
			}
		}(&failures[i])
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		urls <- lines.Text()
	}
	close(urls)
	working.Wait()
	for _, failure := range failures {
		if failure != nil {
			log.Fatal(failure)
		}
	}
}
