"""The peer of this benchmark: the same work with libvirt's own Python binding. Prints one JSON object."""

import json
import resource
import sys
import threading
import time

import libvirt


def timed(work):
    cpu_before = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    before = time.perf_counter()
    work()
    milliseconds = (time.perf_counter() - before) * 1000
    cpu_milliseconds = (sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - cpu_before) * 1000
    return milliseconds, cpu_milliseconds


def main(host_uri, node_uri, calls):
    figures = {}

    def connect_once():
        connection = libvirt.open(host_uri)
        connection.getHostname()
        connection.close()

    connect_once()
    figures["connect-and-first-call"] = sorted(timed(connect_once)[0] for _ in range(20))[10]

    connection = libvirt.open(node_uri)

    def one_by_one():
        for index in range(calls):
            connection.lookupByName("vm-%d" % (index % 1000))

    def four_threads():
        threads = [threading.Thread(target=lambda: [connection.lookupByName("vm-%d" % i) for i in range(calls // 4)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    one_by_one()
    figures["calls-one-by-one"] = calls / timed(one_by_one)[0] * 1000
    figures["calls-in-flight"] = calls / timed(four_threads)[0] * 1000
    figures["list-1000-domains"] = timed(connection.listAllDomains)[0]
    figures["xml-1000-domains"] = timed(lambda: [domain.XMLDesc() for domain in connection.listAllDomains()])[0]
    figures["stats-1000-domains"], figures["stats-1000-domains-cpu"] = timed(connection.getAllDomainStats)
    figures["peak-memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(figures))


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
