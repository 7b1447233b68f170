// A peer: the same job with digitalocean/go-libvirt. Prints its measures as one JSON object.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"

	libvirt "github.com/digitalocean/go-libvirt"
)

type job struct {
	HostUri, NodeUri, Socket, Pool, Volume string
	Connects, Calls, VolumeBytes           int
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func open(socket, uri string) *libvirt.Libvirt {
	connection, err := net.Dial("unix", socket)
	check(err)
	l := libvirt.New(connection)
	check(l.ConnectToURI(libvirt.ConnectURI(uri)))
	return l
}

func timed(work func()) float64 {
	before := time.Now()
	work()
	return float64(time.Since(before).Nanoseconds()) / 1e6
}

func median(values []float64) float64 {
	sort.Float64s(values)
	return values[len(values)/2]
}

func daemonUri(uri string) string {
	return strings.Replace(strings.Split(uri, "?")[0], "+unix", "", 1)
}

func main() {
	var j job
	check(json.Unmarshal([]byte(os.Args[1]), &j))
	figures := map[string]float64{}

	connects := []float64{}
	for i := 0; i < j.Connects; i++ {
		var l *libvirt.Libvirt
		connects = append(connects, timed(func() {
			l = open(j.Socket, daemonUri(j.HostUri))
			_, err := l.ConnectGetHostname()
			check(err)
		}))
		l.Disconnect()
	}
	figures["connect-and-first-call-cold"] = connects[0]
	figures["connect-and-first-call"] = median(connects)

	l := open(j.Socket, daemonUri(j.NodeUri))
	lookUp := func(index int) {
		_, err := l.DomainLookupByName(fmt.Sprintf("vm-%d", index%1000))
		check(err)
	}
	oneByOne := func() {
		for i := 0; i < j.Calls; i++ {
			lookUp(i)
		}
	}
	inFlight := func(count, workers int, work func(int)) func() {
		return func() {
			var group sync.WaitGroup
			for worker := 0; worker < workers; worker++ {
				group.Add(1)
				go func(from int) {
					defer group.Done()
					for i := from; i < count; i += workers {
						work(i)
					}
				}(worker)
			}
			group.Wait()
		}
	}
	oneByOne()
	figures["calls-one-by-one"] = float64(j.Calls) / timed(oneByOne) * 1000
	figures["calls-in-flight"] = float64(j.Calls) / timed(inFlight(j.Calls, 64, lookUp)) * 1000
	var domains []libvirt.Domain
	list := func() {
		var err error
		domains, _, err = l.ConnectListAllDomains(1, 0)
		check(err)
	}
	figures["list-1000-domains"] = timed(list)
	figures["xml-1000-domains"] = timed(func() {
		list()
		inFlight(len(domains), 64, func(index int) {
			_, err := l.DomainGetXMLDesc(domains[index], 0)
			check(err)
		})()
	})
	figures["stats-1000-domains"] = timed(func() {
		_, err := l.ConnectGetAllDomainStats(nil, 0, 0)
		check(err)
	})
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	figures["peak-memory"] = float64(usage.Maxrss) / 1024

	host := open(j.Socket, daemonUri(j.HostUri))
	guests := []float64{}
	for i := 0; i < 6; i++ {
		guests = append(guests, timed(func() {
			_, err := host.ConnectGetAllDomainStats(nil, 0, 0)
			check(err)
		}))
	}
	figures["stats-8-guests"] = median(guests[1:])
	pool, err := host.StoragePoolLookupByName(j.Pool)
	check(err)
	volume, err := host.StorageVolLookupByName(pool, j.Volume)
	check(err)
	content := bytes.Repeat([]byte("x"), j.VolumeBytes)
	mebibytes := float64(j.VolumeBytes) / 1024 / 1024
	figures["volume-upload"] = mebibytes / timed(func() {
		check(host.StorageVolUpload(volume, bytes.NewReader(content), 0, 0, 0))
	}) * 1000
	figures["volume-download"] = mebibytes / timed(func() {
		check(host.StorageVolDownload(volume, io.Discard, 0, 0, 0))
	}) * 1000
	check(json.NewEncoder(os.Stdout).Encode(figures))
}
