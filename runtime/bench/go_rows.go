// The rows of rt-bench in Go, to be set beside those in C++; `go_rows` prints one
// line a row, as `name nanoseconds`; `go_rows echo PORT timed` is the echo server
// of echo.hpp ("timed" is "true" for a deadline on each read). One processor, as
// one loop is one thread. Decides nothing; must not be read as a verdict on Go.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"
	"sync"
	"time"
)

//go:noinline
func leaf(i int) int { return i }

var sink int

func timed(name string, n int, body func(n int)) {
	begin := time.Now()
	body(n)
	fmt.Printf("%s %.0f\n", name, float64(time.Since(begin).Nanoseconds())/float64(n))
}

func yields(n int) {
	for i := 0; i < n; i++ {
		runtime.Gosched()
	}
}

func spawn(n int) {
	for i := 0; i < n/100; i++ {
		var all sync.WaitGroup
		all.Add(100)
		for k := 0; k < 100; k++ {
			go all.Done()
		}
		all.Wait()
	}
}

func channel(n int) {
	values := make(chan int, 64)
	go func() {
		for i := 0; i < n; i++ {
			values <- 1
		}
		close(values)
	}()
	for v := range values {
		sink += v
	}
}

// A time-out around a yield: a context with a deadline, and work that heeds it.
func timeouts(n int) {
	for i := 0; i < n; i++ {
		limited, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		done := make(chan struct{})
		go func() { close(done) }()
		select {
		case <-done:
		case <-limited.Done():
		}
		cancel()
	}
}

func sleeps(n int) {
	var all sync.WaitGroup
	all.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			time.Sleep(time.Millisecond)
			all.Done()
		}()
	}
	all.Wait()
}

func echo(c net.Conn, timed bool) {
	defer c.Close()
	buffer := make([]byte, 1024)
	for {
		if timed {
			c.SetReadDeadline(time.Now().Add(30 * time.Second))
		}
		n, err := c.Read(buffer)
		if err != nil {
			return
		}
		if _, err := c.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func serve(port string, timed bool) {
	l, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		panic(err)
	}
	for {
		c, err := l.Accept()
		if err != nil {
			continue
		}
		go echo(c, timed)
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	if len(os.Args) == 4 && os.Args[1] == "echo" {
		serve(os.Args[2], os.Args[3] == "true")
	}
	timed("call", 20000000, func(n int) {
		for i := 0; i < n; i++ {
			sink += leaf(1)
		}
	})
	timed("yield", 1000000, yields)
	timed("spawn", 500000, spawn)
	timed("channel", 2000000, channel)
	timed("timeout", 200000, timeouts)
	timed("sleeps", 100000, sleeps)
}
