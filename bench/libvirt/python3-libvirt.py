"""A peer: the same job with libvirt's own Python binding. Prints its measures as one JSON object."""

import json
import resource
import sys
import threading
import time

BEFORE_IMPORT = time.perf_counter()
import libvirt

IMPORT_MS = (time.perf_counter() - BEFORE_IMPORT) * 1000


def timed(work):
    cpu_before = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    before = time.perf_counter()
    work()
    milliseconds = (time.perf_counter() - before) * 1000
    cpu_milliseconds = (sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - cpu_before) * 1000
    return milliseconds, cpu_milliseconds


def median(values):
    return sorted(values)[len(values) // 2]


def small_calls(job):
    connection = libvirt.open(job["nodeUri"])
    calls = job["calls"]

    def one_by_one():
        for index in range(calls):
            connection.lookupByName("vm-%d" % (index % 1000))

    def lookups():
        for index in range(calls // 4):
            connection.lookupByName("vm-%d" % (index % 1000))

    def four_threads():
        threads = [threading.Thread(target=lookups) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    one_by_one()
    figures = {
        "calls-one-by-one": calls / timed(one_by_one)[0] * 1000,
        "calls-in-flight": calls / timed(four_threads)[0] * 1000,
        "list-1000-domains": timed(connection.listAllDomains)[0],
        "xml-1000-domains": timed(lambda: [domain.XMLDesc() for domain in connection.listAllDomains()])[0],
    }
    figures["stats-1000-domains"], figures["stats-1000-domains-cpu"] = timed(connection.getAllDomainStats)
    connection.close()
    return figures


def volume(host, job):
    target = host.storagePoolLookupByName(job["pool"]).storageVolLookupByName(job["volume"])
    piece = (b"libvirt" * 149797)[: 1024 * 1024]

    def upload():
        stream = host.newStream()
        target.upload(stream, 0, 0)
        for _ in range(job["volumeBytes"] // len(piece)):
            rest = piece
            while rest:
                rest = rest[stream.send(rest) :]
        stream.finish()

    received = [0]

    def download():
        stream = host.newStream()
        target.download(stream, 0, 0)
        while True:
            data = stream.recv(262120)
            if not data:
                break
            received[0] += len(data)
        stream.finish()

    upload_ms = timed(upload)[0]
    download_ms = timed(download)[0]
    assert received[0] == job["volumeBytes"]
    mebibytes = job["volumeBytes"] / 1024 / 1024
    return {"volume-upload": mebibytes / upload_ms * 1000, "volume-download": mebibytes / download_ms * 1000}


def events(job):
    libvirt.virEventRegisterDefaultImpl()

    def loop():
        while True:
            libvirt.virEventRunDefaultImpl()

    threading.Thread(target=loop, daemon=True).start()
    connection = libvirt.open(job["eventUri"])
    domain = connection.lookupByName("test")
    seen = threading.Semaphore(0)
    connection.domainEventRegisterAny(domain, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, lambda *_: seen.release(), None)
    latencies = []
    for index in range(100):
        before = time.perf_counter()
        domain.suspend() if index % 2 == 0 else domain.resume()
        seen.acquire()
        latencies.append((time.perf_counter() - before) * 1000)

    def storm():
        for _ in range(job["events"] // 2):
            domain.suspend()
            domain.resume()
        for _ in range(job["events"]):
            seen.acquire()

    milliseconds = timed(storm)[0]
    return {"events-per-second": job["events"] / milliseconds * 1000, "event-latency": median(latencies)}


def main(job):
    opened = []

    def connect_once():
        connection = libvirt.open(job["hostUri"])
        connection.getHostname()
        opened.append(connection)

    connects = []
    for _ in range(job["connects"]):
        connects.append(timed(connect_once)[0])
        opened.pop().close()
    figures = {"connect-and-first-call": median(connects), "connect-and-first-call-cold": connects[0]}
    figures.update(small_calls(job))
    figures["peak-memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    host = libvirt.open(job["hostUri"])
    host.getAllDomainStats()
    figures["stats-8-guests"] = median([timed(host.getAllDomainStats)[0] for _ in range(5)])
    figures.update(volume(host, job))
    figures.update(events(job))
    figures["import"] = IMPORT_MS
    print(json.dumps(figures))


main(json.loads(sys.argv[1]))
